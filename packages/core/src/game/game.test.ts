import {
  createRuntime,
  flattenTree,
  hostTensor,
  verifyTrainStep,
  type HostTensor,
  type Runtime,
  type Tree,
} from '@gan-zoo/compiler';
import { sampleTensor } from '@gan-zoo/compiler/testing';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stopGradient } from '../gradients/index.ts';
import { batchNorm, conv2d, dropout, sequential, type Module } from '../layers/index.ts';
import { nonSaturating } from '../losses/index.ts';
import { rmsprop } from '../optimizers/index.ts';
import { createRandom } from '../random/index.ts';
import { gameOf, type AnyGame } from './game.ts';
import { gameStep, type GameConfig } from './gameStep.ts';
import { initGame } from './initGame.ts';

interface Batch {
  readonly real: tf.Tensor4D;
  readonly noise: tf.Tensor4D;
}

const config = {
  ...{ beta1: 0.5, emaDecay: 0.9, accumulationSteps: 1 },
  ...{ generatorLearningRate: 0.01, discriminatorLearningRate: 0.01, bothLearningRate: 0.01 },
};

const conv = (inChannels: number, filters: number): Module =>
  conv2d({ inChannels, filters, kernelSize: 3, strides: 1, padding: 1 });

const networks = () => ({
  generator: sequential({ 0: conv(2, 3), 1: batchNorm({ channels: 3 }) }),
  discriminator: sequential({ 0: conv(3, 4), 1: batchNorm({ channels: 4 }), 2: conv(4, 1) }),
});

const score = { name: 'Score', of: (logits: tf.Tensor) => tf.mean(tf.sigmoid(logits)) };

const classic = () =>
  gameOf<Batch>()({
    networks: networks(),
    averaged: ['generator'],
    score,
    turns: {
      discriminator: {
        trains: ['discriminator'],
        loss: ({ generator, discriminator }, { real, noise }) =>
          nonSaturating.discriminator(
            discriminator.judge({ real, fake: stopGradient(generator(noise)) }),
          ),
      },
      generator: {
        trains: ['generator'],
        loss: ({ generator, discriminator }, { noise }) =>
          nonSaturating.generator(discriminator.judge({ fake: generator(noise) })),
      },
    },
  });

const part = (seed: number) => ({
  real: sampleTensor([2, 4, 4, 3], { seed }),
  noise: sampleTensor([2, 4, 4, 2], { seed: seed + 1 }),
});

const begin = (game: AnyGame, own: GameConfig = config): Tree<HostTensor> =>
  initGame(game, { config: own, random: createRandom(1) });

const meanSquare = (values: tf.Tensor): tf.Tensor => tf.mean(tf.square(values));

/** Values by path. */
const valuesOf = (tree: unknown): Record<string, number[]> =>
  Object.fromEntries(flattenTree<HostTensor>(tree).map(({ path, leaf }) => [path, [...leaf.data]]));

const changedPaths = (before: unknown, after: unknown): string[] => {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  return Object.keys(now).filter((path) => String(old[path]) !== String(now[path]));
};

describe('a game', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createRuntime({ backend: 'tfjs-cpu' });
  });
  afterAll(() => runtime.close());

  /** Plays batches from the start. */
  async function play(game: AnyGame, batches: readonly object[], own: GameConfig = config) {
    const before = begin(game, own);
    const runner = await runtime.trainStep(gameStep(game, own), before, { gradients: true });
    let output;
    for (const batch of batches) output = await runner.step(batch as Tree<HostTensor>);
    const state = await runner.readState();
    await runner.close();
    return { before, state, ...output! };
  }

  it('moves the networks of the turns that are due, and carries statistics on', async () => {
    const { before, state, metrics, gradients } = await play(classic(), [
      { discriminator: part(3) },
    ]);
    expect(Object.keys(metrics).sort()).toEqual(['discriminatorLoss', 'fakeScore', 'realScore']);
    const changed = changedPaths(before, state);
    expect(changed).toEqual(expect.arrayContaining(['discriminator/params/2.weight']));
    expect(changed).toEqual(
      expect.arrayContaining(['generator/buffers/1.running_mean', 'discriminatorOptimizer/step']),
    );
    expect(changed.filter((path) => /^generator(\/params|Optimizer|Average)/.test(path))).toEqual(
      [],
    );
    expect(Object.keys(gradients as object)).toEqual(['discriminator']);
  });

  it('gives all turns what stands beside their parts', async () => {
    const shared = await play(classic(), [{ ...part(3), discriminator: {}, generator: {} }]);
    const own = await play(classic(), [{ discriminator: part(3), generator: part(3) }]);
    expect(valuesOf(shared.state)).toEqual(valuesOf(own.state));
  });

  it('peeks without a trace in the statistics', async () => {
    const game = classic();
    const peeking = gameOf<Batch>()({
      networks: game.networks,
      score,
      turns: {
        discriminator: {
          trains: ['discriminator'],
          loss: ({ generator, discriminator }, { real, noise }) => {
            const fake = stopGradient(generator.peek(noise));
            return nonSaturating.discriminator(discriminator.judge({ real, fake }));
          },
        },
      },
    });
    const { before, state, metrics } = await play(peeking, [{ discriminator: part(3) }]);
    expect(changedPaths(before, state).filter((path) => path.startsWith('generator/'))).toEqual([]);
    const carried = await play(game, [{ discriminator: part(3) }]);
    expect(metrics).toEqual(carried.metrics);
  });

  it('drops what the masks of the batch say, unless a turn brings its own', async () => {
    const drop = (seesOwn: boolean): AnyGame =>
      gameOf<{ readonly noise: tf.Tensor4D }>()({
        networks: { generator: sequential({ conv: conv(2, 3), drop: dropout() }) },
        turns: {
          generator: {
            trains: ['generator'],
            loss: ({ generator }, { noise }) =>
              tf.sum(
                tf.square(
                  seesOwn
                    ? generator.masked({ drop: tf.zeros([2, 4, 4, 3]) }, noise)
                    : generator(noise),
                ),
              ),
          },
        },
      });
    const ones = { ...sampleTensor([2, 4, 4, 3], { seed: 1 }) };
    const mask = hostTensor(ones.shape, new Float32Array(ones.data.length).fill(1));
    const batch = {
      ...{ noise: part(3).noise, masks: { generator: { drop: mask } } },
      generator: {},
    };
    const kept = await play(drop(false), [batch]);
    const dropped = await play(drop(true), [batch]);
    expect(kept.metrics['generatorLoss']).toBeGreaterThan(0);
    expect(dropped.metrics['generatorLoss']).toBe(0);
  });

  it('keeps an average of the networks that are drawn with', async () => {
    const { before, state } = await play(classic(), [{ generator: part(3) }]);
    const [old, now] = [valuesOf(before), valuesOf(state)];
    const path = 'generator/params/0.weight';
    now['generatorAverage/average/0.weight']!.forEach((value, i) => {
      const [from, to] = [old[path]![i]!, now[path]![i]!].sort((a, b) => a - b);
      expect(value).toBeGreaterThan(from!);
      expect(value).toBeLessThan(to!);
    });
    const without = begin(classic(), { ...config, emaDecay: 0 });
    expect(Object.keys(without)).not.toContain('generatorAverage');
  });

  it('computes the same compiled', async () => {
    const compiled = await createRuntime({ threads: 1 });
    const step = gameStep(classic(), config);
    const report = await verifyTrainStep({
      compiled: await compiled.trainStep(step, begin(classic()), { gradients: true }),
      eager: await runtime.trainStep(step, begin(classic()), { gradients: true }),
      batchAt: (at) =>
        Promise.resolve({ discriminator: part(at), generator: part(at + 50) } as never),
      steps: 3,
    });
    await compiled.close();
    expect(report.failures).toEqual([]);
  });

  it("adds R1 and the gradient penalty to a trained judge's loss, not to what is logged", async () => {
    const judges = {
      discriminator: { r1Weight: hostTensor([], [5]), alpha: hostTensor([2, 1, 1, 1], [0.3, 0.8]) },
    };
    const plain = await play(classic(), [{ discriminator: part(3) }]);
    const penalised = await play(classic(), [{ discriminator: { ...part(3), judges } }]);
    expect(Object.keys(penalised.metrics).sort()).toEqual(
      ['discriminatorLoss', 'realScore', 'fakeScore', 'r1Penalty', 'gradientPenalty'].sort(),
    );
    expect(penalised.metrics['discriminatorLoss']).toBe(plain.metrics['discriminatorLoss']);
    expect(penalised.metrics['r1Penalty']).toBeGreaterThan(0);
    expect(valuesOf(penalised.gradients)).not.toEqual(valuesOf(plain.gradients));
    // A judge that is not trained has nothing to regularise.
    const generator = await play(classic(), [{ generator: { ...part(3), judges } }]);
    expect(Object.keys(generator.metrics)).toEqual(['generatorLoss']);
  });

  it('shows a judge its pictures through views', async () => {
    const noise = sampleTensor([2, 4, 4, 3], { seed: 9 });
    const judges = { discriminator: { views: { fake: { noise } } } };
    const plain = await play(classic(), [{ generator: part(3) }]);
    const noisy = await play(classic(), [{ generator: { ...part(3), judges } }]);
    expect(noisy.metrics['generatorLoss']).not.toBe(plain.metrics['generatorLoss']);
  });

  it('adds up the gradients of micro-batches, and moves nothing before the last', async () => {
    const own = { ...config, accumulationSteps: 2 };
    const first = { generator: { ...part(3), accumulate: hostTensor([], [0.5]) } };
    const { before, state } = await play(classic(), [first], own);
    const changed = changedPaths(before, state).filter((path) => !path.includes('buffers'));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((path) => path.startsWith('generatorOptimizer/accumulated'))).toBe(true);
    const whole = await play(classic(), [first, { generator: part(7) }], own);
    expect(changedPaths(before, whole.state)).toContain('generator/params/0.weight');
  });

  it('trains several networks in one turn, remembers, and names their scores apart', async () => {
    const judge = () => conv(3, 1);
    const game = gameOf<Batch, { readonly shown: tf.Tensor4D }>()({
      networks: { judgeA: judge(), judgeB: judge(), painter: conv(2, 3) },
      averaged: ['painter'],
      score,
      memory: () => ({ shown: hostTensor([2, 4, 4, 3]) }),
      turns: {
        both: {
          trains: ['judgeA', 'judgeB'],
          loss: ({ judgeA, judgeB, painter }, { real, noise }, { shown }) => {
            const fake = stopGradient(painter(noise)) as tf.Tensor4D;
            const a = nonSaturating.discriminator(judgeA.judge({ real, fake }));
            const b = nonSaturating.discriminator(judgeB.judge({ real, fake: shown }));
            return { loss: tf.add(a, b), metrics: { aLoss: a }, remember: { shown: fake } };
          },
        },
      },
    });
    const { before, state, metrics } = await play(game, [{ both: part(3) }, { both: part(5) }]);
    expect(Object.keys(metrics).sort()).toEqual(
      ['bothLoss', 'realScoreA', 'fakeScoreA', 'realScoreB', 'fakeScoreB', 'aLoss'].sort(),
    );
    const changed = changedPaths(before, state);
    expect(changed).toEqual(
      expect.arrayContaining(['shown', 'judgeB/params/weight', 'bothOptimizer/judgeA/step']),
    );
    expect(changed.filter((path) => path.startsWith('painter'))).toEqual([]);
  });

  it('trains a part of a network, by another optimizer, with dropout', async () => {
    const game: AnyGame = gameOf<Batch & { readonly mask: tf.Tensor }>()({
      networks: {
        generator: sequential({
          first: conv(2, 3),
          drop: dropout(0.5),
          last: conv(3, 3),
        }),
      },
      trained: { generator: (name) => name.startsWith('last.') },
      optimizer: (learningRate) => rmsprop({ learningRate }),
      turns: {
        generator: {
          trains: ['generator'],
          loss: ({ generator }, { noise, real, mask }) =>
            tf.mean(tf.square(tf.sub(generator.masked({ drop: mask }, noise), real))),
        },
      },
    });
    const mask = hostTensor([2, 4, 4, 3], new Float32Array(96).fill(1));
    const { before, state, gradients } = await play(game, [{ generator: { ...part(3), mask } }]);
    expect(Object.keys(valuesOf(gradients))).toEqual([
      'generator/last.bias',
      'generator/last.weight',
    ]);
    const changed = changedPaths(before, state).filter((path) => path.startsWith('generator/'));
    expect(changed).toEqual(['generator/params/last.bias', 'generator/params/last.weight']);
  });

  it('joins batches where no norm mixes pictures, with equal results', async () => {
    const game = (separately: boolean): AnyGame => {
      const { generator, discriminator } = { generator: conv(2, 3), discriminator: conv(3, 1) };
      return { ...classic(), networks: { generator, discriminator }, separately };
    };
    const [joined, apart] = [
      await play(game(false), [{ discriminator: part(3) }]),
      await play(game(true), [{ discriminator: part(3) }]),
    ];
    for (const [path, values] of Object.entries(valuesOf(joined.state))) {
      values.forEach((value, i) => expect(value).toBeCloseTo(valuesOf(apart.state)[path]![i]!, 5));
    }
  });

  it('applies a network to several batches, and logs only what there is', async () => {
    const game = (count: 1 | 2, separately: boolean): AnyGame =>
      gameOf<Batch>()({
        networks: { generator: conv(2, 3) },
        separately,
        turns: {
          generator: {
            trains: ['generator'],
            loss: ({ generator }, { noise }) => {
              const inputs = count === 2 ? ([noise, tf.neg(noise)] as const) : ([noise] as const);
              const [first, second] = generator.each(inputs);
              const [size, otherSize] = [meanSquare(first), second && meanSquare(second)];
              return { loss: tf.addN([size, otherSize ?? size]), metrics: { size, otherSize } };
            },
          },
        },
      });
    const batches = [{ generator: part(3) }];
    const [alone, joined, apart] = [
      await play(game(1, false), batches),
      await play(game(2, false), batches),
      await play(game(2, true), batches),
    ];
    expect(Object.keys(alone.metrics).sort()).toEqual(['generatorLoss', 'size']);
    expect(joined.metrics['size']).toBeCloseTo(alone.metrics['size']!, 6);
    expect(joined.metrics['otherSize']).toBeCloseTo(apart.metrics['otherSize']!, 6);
    expect(joined.metrics['otherSize']).toBeGreaterThan(0);
  });
});
