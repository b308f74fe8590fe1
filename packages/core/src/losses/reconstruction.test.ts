import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectStored, fixtures, readInputs } from './fixtures/readFixture.ts';
import { cycleLoss, identityLoss, l1Loss, l2Loss, totalVariation } from './reconstruction.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const stored = fixtures.others;

describe('l1Loss and l2Loss', () => {
  it.each([
    ['l1Loss', l1Loss],
    ['l2Loss', l2Loss],
  ] as const)('%s has the value and gradients of PyTorch', (name, loss) => {
    tf.tidy(() => {
      const { images, targets } = readInputs(stored.inputs);
      expectStored((p: { images: tf.Tensor }) => loss({ ...p, targets }), { images }, stored[name]);
    });
  });

  it('cycleLoss and identityLoss are mean absolute differences', () => {
    tf.tidy(() => {
      const realImages = tf.tensor1d([0, 1, -1, 0.5]);
      const others = tf.tensor1d([0.5, 0, -1, 1]);
      expect(cycleLoss({ realImages, cycledImages: others }).dataSync()[0]).toBe(0.5);
      expect(identityLoss({ realImages, translatedImages: others }).dataSync()[0]).toBe(0.5);
      expect(cycleLoss({ realImages, cycledImages: realImages }).dataSync()[0]).toBe(0);
    });
  });
});

describe('totalVariation', () => {
  it.each([
    ['l1', stored.totalVariationL1],
    ['l2', stored.totalVariationL2],
  ] as const)('%s has the value and gradients of PyTorch', (norm, wanted) => {
    tf.tidy(() => {
      const { images } = readInputs(stored.inputs);
      const loss = (p: { images: tf.Tensor }) =>
        totalVariation({ images: p.images as tf.Tensor4D, norm });
      expectStored(loss, { images }, wanted);
    });
  });

  it('is zero for flat images and one for stripes of one pixel', () => {
    tf.tidy(() => {
      expect(totalVariation({ images: tf.ones([2, 3, 3, 1]) }).dataSync()[0]).toBe(0);
      const stripes = tf.tensor4d([0, 1, 0, 1, 0, 1, 0, 1], [1, 2, 4, 1]);
      expect(totalVariation({ images: stripes }).dataSync()[0]).toBe(1);
      expect(totalVariation({ images: stripes.mul(3), norm: 'l2' }).dataSync()[0]).toBe(9);
    });
  });

  it('leaves out an axis without neighbours', () => {
    tf.tidy(() => {
      expect(totalVariation({ images: tf.tensor4d([0, 2], [1, 1, 2, 1]) }).dataSync()[0]).toBe(2);
      expect(totalVariation({ images: tf.tensor4d([5], [1, 1, 1, 1]) }).dataSync()[0]).toBe(0);
    });
  });
});
