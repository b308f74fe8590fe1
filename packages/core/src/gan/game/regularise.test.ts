import { hostTensor, installGradientFixes } from '@gan-zoo/compiler';
import { checkGradients, compareCompiled, useCpuBackend } from '@gan-zoo/compiler/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { regularise } from './regularise.ts';

beforeAll(async () => {
  installGradientFixes();
  await useCpuBackend();
});

/** D(x) = Σ w·x², whose squared gradient is Σ (2·w·x)². */
const judgeOf = (w: tf.Tensor) => (images: tf.Tensor) =>
  tf.sum(tf.mul(tf.square(images), w), [1, 2, 3]);

const none = { score: undefined, lambdaPenalty: 10 };

describe('regularise', () => {
  it('judges nothing in steps that ask for nothing', () => {
    tf.tidy(() => {
      const judge = (): tf.Tensor => {
        throw new Error('was judged');
      };
      const seen = { real: tf.ones([1, 1, 1, 1]), fake: tf.ones([1, 1, 1, 1]) };
      expect(regularise(judge, { seen, verdicts: {} }, none)).toEqual({
        metrics: {},
        penalties: [],
      });
    });
  });

  it('R1 and R2 are mean squared gradients at real and at fake pictures', () => {
    tf.tidy(() => {
      const seen = {
        real: tf.tensor4d([1, 2, 0, 4], [2, 1, 1, 2]),
        fake: tf.tensor4d([2, 0], [1, 1, 1, 2]),
      };
      const { metrics, penalties } = regularise(
        judgeOf(tf.tensor1d([1, 0.5])),
        { seen, verdicts: {} },
        { ...none, r1Weight: tf.scalar(0.25), r2Weight: tf.scalar(0.5) },
      );
      // Real: (2·1·1)² + (2·½·2)² = 8 and 0 + (2·½·4)² = 16; fake: (2·1·2)² = 16.
      expect(metrics['r1Penalty']!.dataSync()[0]).toBeCloseTo(12, 5);
      expect(metrics['r2Penalty']!.dataSync()[0]).toBeCloseTo(16, 5);
      expect(penalties.map((penalty) => penalty.dataSync()[0])).toEqual([3, 8]);
    });
  });

  it("has D's gradients of second order, compiled too", async () => {
    const images = hostTensor([2, 1, 1, 2], [1, 2, 0.5, 4]);
    const weights = hostTensor([2], [0.75, 0.5]);
    const fn = (w: tf.Tensor): tf.Tensor => {
      const seen = { real: tf.tensor(images.data, [2, 1, 1, 2]) };
      const options = { ...none, r1Weight: tf.scalar(0.25) };
      return regularise(judgeOf(w), { seen, verdicts: {} }, options).penalties[0]!;
    };
    // By hand: ¼·½·(4w₁² + 16w₂² + w₁² + 64w₂²), so ∂/∂w₁ = 1.25·w₁ and ∂/∂w₂ = 20·w₂.
    const slopes = tf.tidy(() => [
      ...tf
        .grad(fn)(tf.tensor1d([0.75, 0.5]))
        .dataSync(),
    ]);
    [0.9375, 10].forEach((slope, i) => expect(slopes[i]).toBeCloseTo(slope, 4));
    checkGradients({ name: 'R1', fn, inputs: [weights] });
    await compareCompiled({ name: 'R1', fn, inputs: [weights], order: 1 });
  });
});
