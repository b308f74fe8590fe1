import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { hostTensor } from '../hostTensor.ts';
import { checkGradients, sampleTensor, useCpuBackend } from './index.ts';

beforeAll(useCpuBackend);

/** x², with the gradient `factor` · x. */
const squareWith = (factor: number) =>
  tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor]);
    return {
      value: tf.square(x as tf.Tensor),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.mul(dy, tf.mul(factor, saved[0] as tf.Tensor)),
    };
  });

describe('checkGradients', () => {
  const inputs = [hostTensor([2], [0.5, 1.5])];

  it('accepts a right gradient at both orders, with little error', () => {
    for (const order of [1, 2] as const) {
      const report = checkGradients({ name: 'square', fn: squareWith(2), inputs, order });
      expect(report.largestError).toBeLessThan(1e-4);
      expect(report.received).toHaveLength(2);
    }
  });

  it('refuses a gradient that is half a percent too large', () => {
    expect(() => checkGradients({ name: 'square', fn: squareWith(2.01), inputs })).toThrow(
      /^checkGradients: square, order 1, direction 1: finite differences give 9\.393, the gradient gives 9\.4\d+ \(relative error 0\.0045\d+, allowed 0\.0003000\)\.$/,
    );
  });

  it('sees a mistake that only the second order has', () => {
    const detached = tf.customGrad((x, save) => {
      const twice = tf.mul(2, x as tf.Tensor);
      (save as tf.GradSaveFunc)([twice]);
      return {
        value: tf.square(x as tf.Tensor),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, saved[0] as tf.Tensor),
      };
    });
    const check = { name: 'detached', fn: (x: tf.Tensor) => detached(x), inputs };
    expect(() => checkGradients(check)).not.toThrow();
    expect(() => checkGradients({ ...check, order: 2 })).toThrow('detached, order 2, direction 1');
  });

  it('compares large inputs along random directions, each of which sees one wrong value', () => {
    const wrongAt = (index: number) => (x: tf.Tensor) => {
      const factors = Array.from({ length: 40 }, (_, at) => (at === index ? 2.1 : 2));
      return tf.customGrad((value, save) => {
        (save as tf.GradSaveFunc)([value as tf.Tensor]);
        return {
          value: tf.square(value as tf.Tensor),
          gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
            tf.mul(dy, tf.mul(factors, saved[0] as tf.Tensor)),
        };
      })(x);
    };
    const large = { name: 'large', inputs: [sampleTensor([40], { kinks: [0, -1], margin: 0.3 })] };
    const report = checkGradients({ ...large, fn: wrongAt(-1), directions: 5 });
    expect(report.received).toHaveLength(5);
    expect(() => checkGradients({ ...large, fn: wrongAt(17), directions: 5 })).toThrow('large');
  });

  it('refuses what is not finite', () => {
    const fn = (x: tf.Tensor) => tf.sqrt(x);
    expect(() => checkGradients({ name: 'sqrt', fn, inputs: [hostTensor([1])] })).toThrow(
      'checkGradients: sqrt, order 1, direction 0: finite differences give NaN, the gradient ' +
        'gives Infinity (relative error NaN, allowed 0.0003000).',
    );
  });

  it('takes several inputs and outputs and leaves no tensors', () => {
    const before = tf.memory().numTensors;
    const fn = (a: tf.Tensor, b: tf.Tensor) => [tf.mul(a, b), tf.sum(a)];
    const check = { name: 'two', fn, inputs: [sampleTensor([2]), sampleTensor([2], { seed: 2 })] };
    expect(checkGradients({ ...check, order: 2 }).received).toHaveLength(4);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('sampleTensor', () => {
  it('repeats itself by seed', () => {
    expect(sampleTensor([5])).toEqual(sampleTensor([5], { seed: 1 }));
    expect(sampleTensor([5]).data).not.toEqual(sampleTensor([5], { seed: 2 }).data);
  });

  it('keeps away from kinks and within the range', () => {
    const { data } = sampleTensor([500], { low: -1, high: 3, kinks: [0, 1], margin: 0.25 });
    for (const value of data) {
      expect(value).toBeGreaterThanOrEqual(-1);
      expect(value).toBeLessThanOrEqual(3);
      expect(Math.abs(value)).toBeGreaterThanOrEqual(0.25);
      expect(Math.abs(value - 1)).toBeGreaterThanOrEqual(0.25);
    }
  });

  it('keeps distinct values apart', () => {
    const sorted = [...sampleTensor([20], { distinct: true }).data].sort((a, b) => a - b);
    for (let index = 1; index < sorted.length; index += 1) {
      expect((sorted[index] ?? 0) - (sorted[index - 1] ?? 0)).toBeGreaterThanOrEqual(0.1);
    }
  });

  it('says when there is no room', () => {
    expect(() => sampleTensor([100], { distinct: true })).toThrow(
      'sampleTensor: expected room for 100 values between -2 and 2 with margin 0.1, found 40. ' +
        'Widen the range or lower the margin.',
    );
  });
});
