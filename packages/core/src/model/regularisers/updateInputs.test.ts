import { installGradientFixes } from '@gan-zoo/compiler';
import {
  checkGradients,
  compareCompiled,
  sampleTensor,
  useCpuBackend,
} from '@gan-zoo/compiler/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { seenBy } from './updateInputs.ts';

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
