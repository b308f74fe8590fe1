import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { valueAndGradients } from '../gradients/index.ts';
import { expectStored, fixtures, readInputs } from './fixtures/readFixture.ts';
import { gradientPenalty, r1Penalty } from './penalties.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const stored = fixtures.penalties;

interface CriticWeights extends Record<string, tf.Tensor> {
  first: tf.Tensor;
  second: tf.Tensor;
}

const criticOf =
  ({ first, second }: CriticWeights) =>
  (images: tf.Tensor): tf.Tensor =>
    tf.matMul(tf.softplus(tf.matMul(images.reshape([-1, 4]), first)), second);

/** A critic whose gradient at each sample is that sample's `slope`. */
const linear = (slopes: tf.Tensor) => (images: tf.Tensor) => tf.sum(tf.mul(images, slopes), 1);

describe('gradientPenalty', () => {
  it('has the value and second-order gradients of PyTorch', () => {
    tf.tidy(() => {
      const { realImages, fakeImages, alpha, first, second } = readInputs(stored.inputs);
      expectStored(
        (weights: CriticWeights) =>
          gradientPenalty({ critic: criticOf(weights), realImages, fakeImages, alpha }),
        { first, second },
        stored.gradientPenalty,
      );
    });
  });

  it('takes one norm per sample, not one of the batch', () => {
    tf.tidy(() => {
      const critic = linear(
        tf.tensor2d([
          [0.6, 0.8],
          [3, 4],
        ]),
      );
      const penalty = gradientPenalty({
        critic,
        realImages: tf.ones([2, 2]),
        fakeImages: tf.zeros([2, 2]),
        alpha: tf.tensor2d([[0.1], [0.9]]),
      });
      // Norms 1 and 5: (0 + 16) / 2.
      expect(penalty.dataSync()[0]).toBeCloseTo(8, 5);
    });
  });

  it('looks at the point that alpha says, with alpha the share of the real image', () => {
    tf.tidy(() => {
      let seen: number[] = [];
      gradientPenalty({
        critic: (images) => {
          seen = [...images.dataSync()];
          return tf.sum(images, 1);
        },
        realImages: tf.fill([2, 1], 10),
        fakeImages: tf.zeros([2, 1]),
        alpha: tf.tensor2d([[0.25], [1]]),
      });
      expect(seen).toEqual([2.5, 10]);
    });
  });

  it('has finite gradients where the critic is flat', () => {
    tf.tidy(() => {
      const realImages = tf.ones([2, 3]);
      const { value, gradients } = valueAndGradients(
        (slopes) => ({
          loss: gradientPenalty({
            critic: linear(slopes),
            realImages,
            fakeImages: realImages,
            alpha: tf.zeros([2, 1]),
          }),
        }),
        tf.zeros([2, 3]),
      );
      expect(value.loss.dataSync()[0]).toBeCloseTo(1, 5);
      expect([...gradients.dataSync()].every(Number.isFinite)).toBe(true);
    });
  });

  it('teaches the critic only', () => {
    tf.tidy(() => {
      const params = { generator: tf.fill([2, 4], 0.3), critic: tf.ones([4, 1]) };
      expect(() =>
        valueAndGradients(
          ({ generator, critic }) => ({
            loss: gradientPenalty({
              critic: (images) => tf.matMul(tf.square(images), critic),
              realImages: tf.ones([2, 4]),
              fakeImages: generator,
              alpha: tf.fill([2, 1], 0.5),
            }),
          }),
          params,
        ),
      ).toThrow('these do not: generator.');
    });
  });

  it('refuses shapes that do not make a line per sample', () => {
    tf.tidy(() => {
      const act = (fakeShape: number[], alphaShape: number[]) => () =>
        gradientPenalty({
          critic: (images) => tf.sum(images),
          realImages: tf.ones([2, 4, 4, 3]),
          fakeImages: tf.ones(fakeShape),
          alpha: tf.ones(alphaShape),
        });
      expect(act([2, 4, 4, 3], [1])).toThrow(
        'gradientPenalty: expected fake images like the real ones of [2, 4, 4, 3] and an alpha ' +
          'of [2, 1, 1, 1], received [2, 4, 4, 3] and [1].',
      );
      expect(act([1, 4, 4, 3], [2, 1, 1, 1])).toThrow('received [1, 4, 4, 3] and [2, 1, 1, 1].');
    });
  });
});

describe('r1Penalty', () => {
  it('has the value and second-order gradients of PyTorch', () => {
    tf.tidy(() => {
      const { realImages, first, second } = readInputs(stored.inputs);
      expectStored(
        (weights: CriticWeights) => r1Penalty({ discriminator: criticOf(weights), realImages }),
        { first, second },
        stored.r1Penalty,
      );
    });
  });

  it('averages the squared norms of the samples', () => {
    tf.tidy(() => {
      const discriminator = linear(
        tf.tensor2d([
          [1, 0],
          [3, 4],
        ]),
      );
      const penalty = r1Penalty({ discriminator, realImages: tf.ones([2, 2]) });
      expect(penalty.dataSync()[0]).toBeCloseTo(13, 5);
    });
  });
});
