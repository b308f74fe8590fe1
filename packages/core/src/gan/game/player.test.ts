import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { sampleTensor } from '@gan-zoo/compiler/testing';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { stopGradient } from '../../model/gradients/index.ts';
import {
  applyNetwork,
  batchNorm,
  composed,
  dropout,
  named,
  sequential,
  type Module,
} from '../../model/layers/index.ts';
import { nonSaturating } from '../../model/losses/index.ts';
import { gameOf, type AnyGame } from './game.ts';
import {
  changedPaths,
  classic,
  conv,
  part,
  score,
  useEagerGames,
  valuesOf,
  type Batch,
} from './fixtures/games.ts';

/** E[‖∇ Σ all logits‖²] at pictures, of a discriminator with several maps. */
function penaltyOf(
  module: Module<readonly [tf.Tensor], { logits: tf.Tensor[] }>,
  state: unknown,
  { shape, data }: HostTensor,
): number {
  const { discriminator } = state as Record<string, { params: Record<string, HostTensor> }>;
  return tf.tidy(() => {
    const toTensor = (own: HostTensor): tf.Tensor => tf.tensor(own.data, [...own.shape]);
    const params = Object.fromEntries(
      Object.entries(discriminator!.params).map(([name, own]) => [name, toTensor(own)]),
    );
    const slopes = tf.grad((images: tf.Tensor) => {
      const { output } = applyNetwork(module, { params, buffers: {} }, [images], {
        training: true,
      });
      return tf.addN(output.logits.map((map) => tf.sum(map)));
    })(tf.tensor(data, [...shape]));
    return tf.sum(tf.square(slopes)).dataSync()[0]! / shape[0]!;
  });
}

describe('a network in a turn', () => {
  const { play } = useEagerGames();

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

  it('peeks at statistics as they were before the turn, with masks of its own too', async () => {
    const norm = () => sequential({ conv: conv(2, 3), norm: batchNorm({ channels: 3 }) });
    const gameOfPeeks = (peeks: boolean): AnyGame =>
      gameOf<Batch>()({
        networks: { generator: norm() },
        turns: {
          generator: {
            trains: ['generator'],
            loss: ({ generator }, { real, noise }) => {
              const first = generator(noise);
              if (peeks) generator.peek.masked({}, tf.mul(noise, 100));
              return tf.mean(tf.square(tf.sub(first, real)));
            },
          },
        },
      });
    const [peeking, plain] = [
      await play(gameOfPeeks(true), [{ generator: part(3) }]),
      await play(gameOfPeeks(false), [{ generator: part(3) }]),
    ];
    expect(valuesOf(peeking.state)).toEqual(valuesOf(plain.state));
  });

  it('applies a part of a network, and holds a network constant', async () => {
    const encoder = conv(2, 2);
    const game = (isHeld: boolean): AnyGame =>
      gameOf<Batch>()({
        networks: { generator: sequential({ encoder, decoder: conv(2, 2) }) },
        turns: {
          generator: {
            trains: ['generator'],
            loss: ({ generator }, { noise }) => {
              const encode = (isHeld ? generator.held : generator).part(named('encoder', encoder));
              const drawn = generator(noise);
              return tf.mean(tf.square(tf.sub(encode(drawn), encode(noise))));
            },
          },
        },
      });
    const batch = { generator: part(3) };
    const [free, held] = [await play(game(false), [batch]), await play(game(true), [batch])];
    expect(held.metrics).toEqual(free.metrics);
    const slopesOf = ({ gradients }: typeof free) => valuesOf(gradients);
    const [ofFree, ofHeld] = [slopesOf(free), slopesOf(held)];
    // The decoder learns by what comes after it alone; the encoder by its place before it, too.
    expect(ofHeld['generator/decoder.weight']).toEqual(ofFree['generator/decoder.weight']);
    expect(ofHeld['generator/encoder.weight']).not.toEqual(ofFree['generator/encoder.weight']);
    expect(ofHeld['generator/encoder.weight']!.some((slope) => slope !== 0)).toBe(true);
  });

  it('judges at several scales: their mean score, and R1 of all logits', async () => {
    const scales = composed({ large: conv(3, 1), small: conv(3, 1) }, (scale, x: tf.Tensor) => ({
      logits: [scale.large(x), scale.small(x)],
    }));
    const game = gameOf<Batch>()({
      networks: { generator: conv(2, 3), discriminator: scales },
      score: { name: 'Score', of: (logits) => tf.mean(logits) },
      turns: {
        discriminator: {
          trains: ['discriminator'],
          loss: ({ generator, discriminator }, { real, noise }) => {
            const [large, small] = discriminator.sees('real', real).logits;
            const fakes = discriminator.sees('fake', stopGradient(generator(noise))).logits;
            // What is seen later is not what scores are of.
            discriminator.sees('fake', tf.mul(real, 100));
            const all = [...fakes, tf.neg(large!), tf.neg(small!)];
            const [realLarge, realSmall] = [tf.mean(large!), tf.mean(small!)];
            const loss = tf.addN(all.map((map) => tf.mean(map)));
            return { loss, metrics: { realLarge, realSmall, fakeMean: tf.mean(tf.stack(fakes)) } };
          },
        },
      },
    });
    const judges = { discriminator: { r1Weight: hostTensor([], [0.5]) } };
    const { metrics, before } = await play(game, [{ discriminator: { ...part(3), judges } }]);
    const { realLarge, realSmall, fakeMean, r1Penalty } = metrics;
    expect(metrics['realScore']).toBeCloseTo((realLarge! + realSmall!) / 2, 5);
    expect(metrics['fakeScore']).toBeCloseTo(fakeMean!, 5);
    const squares = penaltyOf(scales, before, part(3).real);
    expect(r1Penalty! / squares).toBeCloseTo(1, 5);
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
});
