import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { stopGradient } from './stopGradient.ts';
import { valueAndGradients } from './valueAndGradients.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const gradientAt = (fn: (x: tf.Tensor) => tf.Tensor, x: number): number =>
  tf.tidy(() => valueAndGradients((p) => ({ loss: fn(p) }), tf.scalar(x)).gradients.dataSync()[0]!);

describe('stopGradient', () => {
  it('keeps the values', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([[1, -2]]);
      expect(stopGradient(x).arraySync()).toEqual([[1, -2]]);
      expect(stopGradient(x)).not.toBe(x);
    });
  });

  it('holds its part constant', () => {
    // d/dx x · const(x²) = x².
    expect(gradientAt((x) => tf.mul(x, stopGradient(tf.square(x))), 3)).toBe(9);
    expect(gradientAt((x) => tf.mul(x, tf.square(x)), 3)).toBe(27);
  });

  it('holds its part constant at second order', () => {
    const inner = (hold: (t: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => {
      const { gradients } = valueAndGradients((p) => ({ loss: tf.mul(tf.square(p), hold(p)) }), x);
      return gradients;
    };
    // With c = const(x): d/dx (2xc) = 2c; without: d/dx 3x² = 6x.
    expect(gradientAt(inner(stopGradient), 5)).toBe(10);
    expect(
      gradientAt(
        inner((t) => t),
        5,
      ),
    ).toBe(30);
  });

  it('makes a parameter that only passes through it unused', () => {
    tf.tidy(() => {
      const params = { generator: tf.scalar(2), discriminator: tf.scalar(3) };
      expect(() =>
        valueAndGradients(
          ({ generator, discriminator }) => ({
            loss: tf.mul(discriminator, stopGradient(tf.square(generator))),
          }),
          params,
        ),
      ).toThrow('these do not: generator.');
    });
  });

  it('leaks nothing', () => {
    const x = tf.scalar(2);
    const before = tf.memory().numTensors;
    gradientAt((p) => tf.mul(p, stopGradient(tf.mul(p, 2))), 2);
    expect(tf.memory().numTensors).toBe(before);
    stopGradient(x).dispose();
    expect(x.dataSync()[0]).toBe(2);
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});
