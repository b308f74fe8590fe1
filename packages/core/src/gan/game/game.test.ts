import { createRuntime, hostTensor, verifyTrainStep } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { stopGradient } from '../../model/gradients/index.ts';
import { dropout, sequential } from '../../model/layers/index.ts';
import { nonSaturating } from '../../model/losses/index.ts';
import { rmsprop } from '../../model/optimizers/index.ts';
import { gameOf, type AnyGame } from './game.ts';
import { gameStep } from './gameStep.ts';
import {
  begin,
  changedPaths,
  classic,
  config,
  conv,
  networks,
  part,
  score,
  useEagerGames,
  valuesOf,
  type Batch,
} from './fixtures/games.ts';

describe('a game', () => {
  const { play, eager } = useEagerGames();

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

  it('passes what a turn drew to later turns of the step, and keeps none of it', async () => {
    const drawing = (passes: boolean): AnyGame =>
      gameOf<Batch & { readonly drawn?: tf.Tensor }>()({
        networks: networks(),
        turns: {
          generator: {
            trains: ['generator'],
            loss: ({ generator, discriminator }, { noise }) => {
              const drawn = generator(noise);
              const loss = nonSaturating.generator(discriminator.peek.judge({ fake: drawn }));
              return { loss, ...(passes ? { pass: { drawn } } : {}) };
            },
          },
          discriminator: {
            trains: ['discriminator'],
            loss: ({ generator, discriminator }, { real, noise, drawn }) => {
              const fake = stopGradient(drawn ?? generator.peek(noise));
              return nonSaturating.discriminator(discriminator.judge({ real, fake }));
            },
          },
        },
      });
    const batch = { ...part(3), generator: {}, discriminator: {} };
    const before = await play(drawing(false), [{ ...part(3), discriminator: {} }]);
    const passed = await play(drawing(true), [batch]);
    const drawnAgain = await play(drawing(false), [batch]);
    // As drawn before the generator's update, and not as after it.
    expect(passed.metrics['discriminatorLoss']).toBe(before.metrics['discriminatorLoss']);
    expect(drawnAgain.metrics['discriminatorLoss']).not.toBe(before.metrics['discriminatorLoss']);
    expect(Object.keys(passed.state).sort()).toEqual(Object.keys(passed.before).sort());
  });

  it('logs what a turn names in place of its loss, and not what it leaves undefined', async () => {
    const game = (metrics: Record<string, tf.Tensor | undefined>): AnyGame =>
      gameOf<Batch>()({
        networks: networks(),
        turns: {
          generator: {
            trains: ['generator'],
            loss: ({ generator }, { noise }) => ({
              loss: tf.mean(tf.square(generator(noise))),
              metrics,
            }),
          },
        },
      });
    const logged = async (metrics: Record<string, tf.Tensor | undefined>) =>
      (await play(game(metrics), [{ generator: part(3) }])).metrics;
    expect(await logged({ generatorLoss: tf.scalar(7) })).toEqual({ generatorLoss: 7 });
    expect(await logged({ generatorLoss: undefined, other: tf.scalar(2) })).toEqual({ other: 2 });
  });

  it('remembers by network, where a game says so', async () => {
    const game: AnyGame = gameOf<Batch>()({
      networks: { painter: conv(2, 3), reader: conv(3, 2) },
      averaged: ['painter', 'reader'],
      rememberedBy: 'network',
      turns: {
        both: {
          trains: ['painter', 'reader'],
          loss: ({ painter, reader }, { noise }) =>
            tf.mean(tf.square(tf.sub(reader(painter(noise)), noise))),
        },
      },
    });
    const { before, state } = await play(game, [{ both: part(3) }]);
    expect(Object.keys(before)).toEqual([
      ...['painter', 'reader', 'painterOptimizer', 'readerOptimizer'],
      ...['painterAverage', 'readerAverage'],
    ]);
    expect(Object.keys(state).sort()).toEqual(Object.keys(before).sort());
    expect(changedPaths(before, state)).toEqual(
      expect.arrayContaining([
        ...['painterOptimizer/step', 'readerOptimizer/step'],
        ...['painterAverage/average/weight', 'readerAverage/average/weight'],
      ]),
    );
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
      eager: await eager().trainStep(step, begin(classic()), { gradients: true }),
      batchAt: (at) =>
        Promise.resolve({ discriminator: part(at), generator: part(at + 50) } as never),
      steps: 3,
    });
    await compiled.close();
    expect(report.failures).toEqual([]);
  });

  it('keeps the weights of a trained judge within a limit, and of nothing else', async () => {
    const own = { ...config, clipWeights: 0.01 };
    const { before, state } = await play(
      classic(),
      [{ discriminator: part(3), generator: part(5) }],
      own,
    );
    const [old, now] = [valuesOf(before), valuesOf(state)];
    const largest = (network: string, of: Record<string, number[]>): number =>
      Math.max(
        ...Object.entries(of)
          .filter(([path]) => path.startsWith(`${network}/params`))
          .flatMap(([, values]) => values.map(Math.abs)),
      );
    expect(largest('discriminator', old)).toBeGreaterThan(0.1);
    expect(largest('discriminator', now)).toBeCloseTo(0.01, 6);
    expect(largest('generator', now)).toBeGreaterThan(0.1);
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
});
