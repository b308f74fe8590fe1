import { hostTensor, installGradientFixes } from '@gan-zoo/compiler';
import {
  checkGradients,
  compareCompiled,
  sampleTensor,
  useCpuBackend,
} from '@gan-zoo/compiler/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { seenBy, withR1 } from './updateInputs.ts';

beforeAll(async () => {
  installGradientFixes();
  await useCpuBackend();
});

describe('seenBy', () => {
  it('shows the very pictures where there is no view', () => {
    tf.tidy(() => {
      const images = tf.ones([1, 2, 2, 1]);
      expect(seenBy(undefined, images)).toBe(images);
      expect(seenBy({}, images)).toBe(images);
    });
  });

  it('augments first: the noise is on what is cut out, too', () => {
    tf.tidy(() => {
      const images = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
      const cutout = { rows: tf.tensor4d([1, 0], [1, 2, 1, 1]), columns: tf.ones([1, 1, 2, 1]) };
      const noise = tf.tensor4d([0.5, -0.5, 0.25, 0], [1, 2, 2, 1]);
      expect([...seenBy({ cutout, noise }, images).dataSync()]).toEqual([0.5, -0.5, 3.25, 4]);
    });
  });

  it('has gradients, and computes compiled what it does eagerly', async () => {
    const inputs = [sampleTensor([2, 3, 3, 2]), sampleTensor([2, 3, 3, 2], { seed: 2 })];
    const fn = (images: tf.Tensor, noise: tf.Tensor): tf.Tensor => seenBy({ noise }, images);
    checkGradients({ name: 'noise', fn, inputs });
    expect(
      (await compareCompiled({ name: 'noise', fn, inputs, order: 1 })).largestError,
    ).toBeLessThan(1e-6);
  });
});

describe('withR1', () => {
  /** D(x) = Σ w·x², whose squared gradient is Σ (2·w·x)². */
  const judgeOf = (w: tf.Tensor) => (images: tf.Tensor) =>
    tf.sum(tf.mul(tf.square(images), w), [1, 2, 3]);

  it('leaves the loss alone in steps that do not ask for it', () => {
    tf.tidy(() => {
      const loss = tf.scalar(3);
      const result = withR1({
        loss,
        discriminator: () => {
          throw new Error('was judged');
        },
        realImages: tf.ones([1, 1, 1, 1]),
        weight: undefined,
      });
      expect(result).toEqual({ loss, metrics: {} });
      expect(result.loss).toBe(loss);
    });
  });

  it('adds the mean squared gradient, weighted, and reports it as it is', () => {
    tf.tidy(() => {
      const { loss, metrics } = withR1({
        loss: tf.scalar(3),
        discriminator: judgeOf(tf.tensor1d([1, 0.5])),
        realImages: tf.tensor4d([1, 2, 0, 4], [2, 1, 1, 2]),
        weight: tf.scalar(0.25),
      });
      // First: (2·1·1)² + (2·½·2)² = 8; second: 0 + (2·½·4)² = 16.
      expect(metrics.r1Penalty!.dataSync()[0]).toBeCloseTo(12, 5);
      expect(loss.dataSync()[0]).toBeCloseTo(6, 5);
    });
  });

  it("has D's gradients of second order, compiled too", async () => {
    const images = hostTensor([2, 1, 1, 2], [1, 2, 0.5, 4]);
    const inputs = [hostTensor([2], [0.75, 0.5]), images, hostTensor([], [0.25])];
    const fn = (w: tf.Tensor, realImages: tf.Tensor, weight: tf.Tensor): tf.Tensor =>
      withR1({ loss: tf.scalar(0), discriminator: judgeOf(w), realImages, weight }).loss;
    // By hand: ¼·½·(4w₁² + 16w₂² + w₁² + 64w₂²), so ∂/∂w₁ = 1.25·w₁ and ∂/∂w₂ = 20·w₂.
    const slopes = tf.tidy(() => {
      const [, realImages, weight] = inputs.map(({ data, shape }) => tf.tensor(data, [...shape]));
      return [
        ...tf
          .grad((w) => fn(w, realImages!, weight!))(tf.tensor1d([0.75, 0.5]))
          .dataSync(),
      ];
    });
    [0.9375, 10].forEach((slope, i) => expect(slopes[i]).toBeCloseTo(slope, 4));
    const ofWeights = (w: tf.Tensor): tf.Tensor =>
      fn(w, tf.tensor(images.data, [2, 1, 1, 2]), tf.scalar(0.25));
    checkGradients({ name: 'R1', fn: ofWeights, inputs: inputs.slice(0, 1) });
    await compareCompiled({ name: 'R1', fn: ofWeights, inputs: inputs.slice(0, 1), order: 1 });
  });
});
