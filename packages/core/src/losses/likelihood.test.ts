import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../random/index.ts';
import { expectStored, fixtures, readInputs } from './fixtures/readFixture.ts';
import { klToStandardNormal, mmdToStandardNormal, sigmoidCrossEntropy } from './likelihood.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const stored = fixtures.others;

describe('klToStandardNormal', () => {
  it('has the value and gradients of PyTorch', () => {
    tf.tidy(() => {
      const { mean, logVariance } = readInputs(stored.inputs) as Record<string, tf.Tensor2D>;
      expectStored(
        klToStandardNormal,
        { mean: mean!, logVariance: logVariance! },
        stored.klToStandardNormal,
      );
    });
  });

  it('is zero for the standard normal, and a sum over dimensions', () => {
    tf.tidy(() => {
      const zeros = tf.zeros<tf.Rank.R2>([5, 8]);
      expect(klToStandardNormal({ mean: zeros, logVariance: zeros }).dataSync()[0]).toBe(0);
      const ones = tf.ones<tf.Rank.R2>([5, 8]);
      expect(klToStandardNormal({ mean: ones, logVariance: zeros }).dataSync()[0]).toBe(4);
    });
  });
});

describe('mmdToStandardNormal', () => {
  it('has the value and gradients of PyTorch', () => {
    tf.tidy(() => {
      const { mean } = readInputs(stored.inputs) as Record<string, tf.Tensor2D>;
      expectStored(
        (p: { mean: tf.Tensor2D }) => mmdToStandardNormal(p.mean),
        { mean: mean! },
        stored.mmdToStandardNormal,
      );
    });
  });

  it.each([
    ['0 for N(0, 1)', 1, 0, 0],
    ['the square of their mean and of their covariance', 1, 2, 4 + 16],
    ['the squares of variances that are not 1', 2, 0, 3 * 9],
  ])('is without bias for few codes: on average %s', (_, scale, shift, expected) => {
    const draws = createRandom(0).stream('codes').at(0);
    const values = Array.from({ length: 4000 }, () => {
      const codes = draws.normals(4 * 3).map((value, at) => scale * value + (at % 3 ? 0 : shift));
      return tf.tidy(() => mmdToStandardNormal(tf.tensor2d(codes, [4, 3])).dataSync()[0]!);
    });
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const deviation = Math.sqrt(squares) / values.length;
    expect(Math.abs(mean - expected)).toBeLessThan(3 * deviation);
    // With pairs of a code with itself it would be more than 3 too large.
    expect(3 * deviation).toBeLessThan(3);
  });
});

describe('sigmoidCrossEntropy', () => {
  it('has the value and gradients of PyTorch', () => {
    tf.tidy(() => {
      const { logits, labels } = readInputs(stored.inputs);
      expectStored(
        (p: { logits: tf.Tensor }) => sigmoidCrossEntropy({ ...p, labels }),
        { logits },
        stored.sigmoidCrossEntropy,
      );
    });
  });

  it('is exact for certain logits: right ones cost nothing, wrong ones their size', () => {
    tf.tidy(() => {
      const cost = (logit: number, label: number) =>
        sigmoidCrossEntropy({ logits: tf.scalar(logit), labels: tf.scalar(label) }).dataSync()[0];
      expect(cost(200, 1)).toBe(0);
      expect(cost(-200, 0)).toBe(0);
      expect(cost(200, 0)).toBe(200);
      expect(cost(-200, 1)).toBe(200);
    });
  });
});
