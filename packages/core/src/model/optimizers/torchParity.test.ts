import * as tf from '@tensorflow/tfjs';
import { flattenTree, treeSignature } from '@gan-zoo/compiler';
import { beforeAll, describe, expect, it } from 'vitest';
import { adam, adamW } from './adam.ts';
import { clipGradientNorm } from './clipping.ts';
import fixtures from './fixtures/optimizers.json' with { type: 'json' };
import { onBackend } from './fixtures/onBackend.ts';
import type { Optimizer } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

type StoredRecord = Readonly<Record<string, readonly number[]>>;

const shapes: Readonly<Record<string, number[]>> = fixtures.shapes;
const rates = { learningRate: 0.05 };

const optimizers: Readonly<Record<keyof typeof fixtures.params, Optimizer>> = {
  adam: adam({ ...rates, beta1: 0.5 }),
  adamLargeEpsilon: adam({ ...rates, epsilon: 0.1 }),
  adamNoMomentum: adam({ ...rates, beta1: 0, beta2: 0.9 }),
  adamW: adamW({ ...rates, beta2: 0.99, weightDecay: 0.3 }),
  rmsprop: rmsprop(rates),
  rmspropMomentum: rmsprop({ ...rates, decay: 0.9, epsilon: 0.1, momentum: 0.8 }),
  sgd: sgd(rates),
  sgdMomentum: sgd({ ...rates, momentum: 0.9 }),
  sgdNesterov: sgd({ ...rates, momentum: 0.9, nesterov: true }),
};

const read = (record: StoredRecord): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(record).map(([name, values]) => [name, tf.tensor([...values], shapes[name])]),
  );

/** The largest difference, as a share of the largest value. */
function distance(received: Readonly<Record<string, tf.Tensor>>, wanted: StoredRecord): number {
  expect(Object.keys(received).sort()).toEqual(Object.keys(wanted).sort());
  const shares = Object.entries(wanted).map(([name, values]) => {
    const got = received[name]!.dataSync();
    expect(got).toHaveLength(values.length);
    const differences = values.map((value, i) => Math.abs(value - got[i]!));
    return Math.max(...differences) / Math.max(...values.map(Math.abs));
  });
  return Math.max(...shares);
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe.each(Object.entries(optimizers))('%s against PyTorch', (key, optimizer) => {
  const wanted: readonly StoredRecord[] = fixtures.params[key as keyof typeof optimizers];

  it('has the same weights after each of ten updates, the rate halved on the way', () => {
    tf.tidy(() => {
      let params = read(fixtures.start);
      let state = onBackend(optimizer.init(params));
      fixtures.gradients.forEach((gradients, step) => {
        const learningRate = tf.scalar(fixtures.rates[step]!);
        ({ params, state } = optimizer.update({
          gradients: read(gradients),
          params,
          state,
          learningRate,
        }));
        expect(distance(params, wanted[step]!)).toBeLessThan(1e-6);
      });
      // The comparison has something to compare.
      expect(distance(params, fixtures.start)).toBeGreaterThan(0.05);
    });
  });

  it('takes the rate as a number as well, or its own', () => {
    tf.tidy(() => {
      const args = {
        gradients: read(fixtures.gradients[0]!),
        params: read(fixtures.start),
        state: onBackend(optimizer.init(read(fixtures.start))),
      };
      const own = optimizer.update(args).params;
      expect(distance(own, wanted[0]!)).toBeLessThan(1e-6);
      const still = optimizer.update({ ...args, learningRate: 0 }).params;
      expect(distance(still, fixtures.start)).toBeLessThan(1e-8);
    });
  });

  it('keeps the state in one form, so that a compiled step can feed it back', () => {
    tf.tidy(() => {
      const params = read(fixtures.start);
      const start = optimizer.init(params);
      const { state } = optimizer.update({ gradients: params, params, state: onBackend(start) });
      expect(treeSignature(state)).toBe(treeSignature(start));
    });
  });

  it('changes and disposes nothing that it is given, and leaks nothing', () => {
    const given = {
      gradients: read(fixtures.gradients[0]!),
      params: read(fixtures.start),
      state: onBackend(optimizer.init(read(fixtures.start))),
    };
    const before = tf.memory().numTensors;
    const result = optimizer.update(given);
    const results = flattenTree<tf.Tensor>(result).map(({ leaf }) => leaf);
    expect(tf.memory().numTensors).toBe(before + new Set(results).size);
    tf.dispose(results);
    expect(distance(given.params, fixtures.start)).toBeLessThan(1e-8);
    expect(distance(given.gradients, fixtures.gradients[0]!)).toBeLessThan(1e-8);
    tf.dispose(given);
  });
});

describe('clipGradientNorm against PyTorch', () => {
  it.each(fixtures.clippedNorms)('at $maxNorm', ({ maxNorm, norm, gradients }) => {
    tf.tidy(() => {
      const result = clipGradientNorm(read(fixtures.gradients[0]!), maxNorm);
      expect(result.norm.dataSync()[0]! / norm).toBeCloseTo(1, 6);
      expect(distance(result.gradients, gradients)).toBeLessThan(1e-6);
    });
  });
});
