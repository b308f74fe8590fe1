import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectStored, fixtures, readInputs } from './fixtures/readFixture.ts';
import {
  cycleLoss,
  identityLoss,
  l1Loss,
  l2Loss,
  pyramidLoss,
  totalVariation,
} from './reconstruction.ts';

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

  it('l1Loss counts what is brighter than its target more often, when asked to', () => {
    tf.tidy(() => {
      const targets = tf.tensor1d([0, 0, 0, 0]);
      const images = tf.tensor1d([0.5, -0.5, 1, 0]);
      const loss = (x: tf.Tensor): tf.Scalar => l1Loss({ images: x, targets, brighterWeight: 3 });
      expect(loss(images).dataSync()[0]).toBeCloseTo((3 * 0.5 + 0.5 + 3 * 1) / 4, 6);
      const slopes = tf.grad(loss as (x: tf.Tensor) => tf.Tensor)(images);
      expect([...slopes.dataSync().slice(0, 3)]).toEqual([0.75, -0.25, 0.75]);
    });
  });

  it('l1Loss draws a dark line that is likelier than 1 / (1 + brighterWeight)', () => {
    tf.tidy(() => {
      // One of three glyphs has ink (-1) here.
      const targets = tf.tensor1d([-1, 1, 1]);
      const lossOf = (level: number, brighterWeight: number): number =>
        l1Loss({ images: tf.fill([3], level), targets, brighterWeight }).dataSync()[0]!;
      expect(lossOf(1, 1)).toBeLessThan(lossOf(-1, 1));
      expect(lossOf(-1, 3)).toBeLessThan(lossOf(1, 3));
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

describe('pyramidLoss', () => {
  const line = (at: number): tf.Tensor4D =>
    tf.tensor4d(
      Array.from({ length: 64 }, (_, pixel) => (pixel % 8 === at ? -1 : 1)),
      [1, 8, 8, 1],
    );

  it('is the mean of the differences at half and at a quarter of the size', () => {
    tf.tidy(() => {
      const targets = tf.zeros([1, 4, 4, 1]);
      const corner = tf.tensor4d([8, ...Array<number>(15).fill(0)], [1, 4, 4, 1]);
      // Half: 2 in one of 4 pixels; a quarter: 0.5 in the only one.
      const loss = pyramidLoss({ images: corner, targets, levels: 2 });
      expect(loss.dataSync()[0]).toBeCloseTo((2 / 4 + 0.5) / 2, 6);
      expect(pyramidLoss({ images: corner, targets: corner, levels: 2 }).dataSync()[0]).toBe(0);
    });
  });

  it('passes on what counts where the image is brighter', () => {
    tf.tidy(() => {
      const pair = { images: tf.ones([1, 4, 4, 1]), targets: tf.zeros([1, 4, 4, 1]), levels: 2 };
      expect(pyramidLoss({ ...pair, brighterWeight: 3 }).dataSync()[0]).toBe(3);
    });
  });

  it('prefers a line a little aside to blank paper, which the plain difference does not', () => {
    tf.tidy(() => {
      const [targets, aside, blank] = [line(2), line(3), tf.ones([1, 8, 8, 1])];
      const value = (loss: typeof pyramidLoss, images: tf.Tensor) =>
        loss({ images, targets }).dataSync()[0]!;
      expect(value(pyramidLoss, aside)).toBeLessThan(value(pyramidLoss, blank));
      expect(value(l1Loss, aside)).toBeGreaterThan(value(l1Loss, blank));
    });
  });

  it('has the gradient of finite differences', () => {
    tf.tidy(() => {
      const values = Array.from({ length: 16 }, (_, at) => Math.sin(3 * at));
      const targets = tf.tensor4d(
        values.map((_, at) => Math.cos(5 * at)),
        [1, 4, 4, 1],
      );
      const lossOf = (own: number[]): tf.Scalar =>
        pyramidLoss({ images: tf.tensor4d(own, [1, 4, 4, 1]), targets, levels: 2 });
      const gradient = tf
        .grad((images) => pyramidLoss({ images, targets, levels: 2 }))(
          tf.tensor4d(values, [1, 4, 4, 1]),
        )
        .dataSync();
      const moved = (place: number, by: number): number =>
        lossOf(values.map((value, at) => (at === place ? value + by : value))).dataSync()[0]!;
      for (const place of [0, 5, 10]) {
        const difference = (moved(place, 1e-2) - moved(place, -1e-2)) / 2e-2;
        expect(gradient[place]).toBeCloseTo(difference, 4);
      }
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
