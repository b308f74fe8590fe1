import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectStored, fixtures, readInputs } from './fixtures/readFixture.ts';
import { klToStandardNormal, sigmoidCrossEntropy } from './likelihood.ts';

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
