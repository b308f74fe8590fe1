import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkGradients, gradientCases, useCpuBackend } from '../testing/index.ts';
import { installGradientFixes } from './index.ts';
import { removeGradientFixes } from './installGradientFixes.ts';

beforeAll(useCpuBackend);
afterAll(removeGradientFixes);

/** One case per correction, and the order at which tfjs's own gradient fails it. */
const uncorrected: readonly (readonly [name: string, order: 1 | 2, message: RegExp])[] = [
  ['cast to int32', 1, /finite differences/],
  ['clipByValue', 2, /not found for LogicalAnd/],
  ['logical', 1, /not found for LogicalOr/],
  ['elu', 2, /not found for EluGrad/],
  ['exp', 2, /finite differences/],
  ['sigmoid', 2, /finite differences/],
  ['tanh', 2, /finite differences/],
  ['leakyRelu', 2, /not found for Greater/],
  ['relu6', 2, /not found for LessEqual/],
  ['selu of large numbers', 2, /not found for Greater/],
  ['maximum', 2, /not found for Less/],
  ['maximum with b broadcast', 1, /does not match the shape/],
  ['minimum with a broadcast', 1, /does not match the shape/],
  ['squaredDifference with a scalar', 1, /does not match the shape/],
  ['floorDiv', 1, /finite differences/],
  ['comparisons', 1, /not found for LogicalAnd/],
  ['pow of zero', 2, /NaN/],
  ['pow to a zero exponent', 1, /NaN/],
  ['prelu', 2, /not found for Greater/],
  ['softmax', 2, /finite differences/],
  ['logSoftmax', 2, /finite differences/],
  ['softmaxCrossEntropy', 2, /finite differences/],
  ['sigmoidCrossEntropy', 2, /finite differences/],
  ['customGrad that saves an intermediate', 2, /finite differences/],
  ['max over one axis', 2, /not found for Equal/],
  ['min keeping dims', 2, /not found for Equal/],
  ['prod over all', 2, /not found for Cumprod/],
  ['prod over the last axis by -1', 1, /rank of input/],
  ['topk', 1, /not found for TopK/],
  ['cumsum along the first axis', 1, /does not match the shape/],
  ['matMul with b shared by the batch', 1, /does not match the shape/],
  ['einsum ij,jk->ik', 1, /not found for Einsum/],
  ['stridedSlice', 1, /not found for StridedSlice/],
  ['mirrorPad reflect', 1, /finite differences/],
  ['mirrorPad symmetric', 1, /finite differences/],
  ['unstack into one', 1, /passed to stack/],
  ['split into one', 1, /at least one tensor/],
  ['tile of rank 5', 1, /rank-5/],
  ['depthToSpace', 1, /not found for DepthToSpace/],
  ['gatherND', 1, /not found for GatherNd/],
  ['scatterND', 1, /not found for ScatterNd/],
  ['conv2d stride 2, same', 2, /not found for Conv2DBackpropFilter/],
  ['depthwiseConv2d', 2, /not found for DepthwiseConv2dNativeBackpropFilter/],
  ['avgPool 2 × 2', 2, /not found for AvgPoolGrad/],
  ['avgPool 3 × 3, stride 1, same', 1, /finite differences/],
  ['maxPool 2 × 2', 2, /not found for MaxPoolGrad/],
  ['maxPool 2 × 2, stride 2, pad 0, ceil', 1, /finite differences/],
  ['resize bilinear doubled', 1, /does not match the shape/],
  ['resize nearest doubled', 2, /not found for ResizeNearestNeighborGrad/],
  ['resize nearest to an uneven size, half-pixel centres', 1, /finite differences/],
];

describe('without the corrections tfjs fails', () => {
  beforeEach(removeGradientFixes);

  it.each(uncorrected)('%s at order %i', (name, order, message) => {
    const row = gradientCases.find((candidate) => candidate.name === name);
    if (!row) throw new Error(`no case named ${name}`);
    expect(() => checkGradients({ ...row, order })).toThrow(message);
  });
});

type Scalar = (x: tf.Tensor) => tf.Tensor;
const slope = (fn: Scalar) => (x: tf.Tensor) => tf.grad(fn)(x);
const at = (fn: Scalar, values: number[]): number[] =>
  Array.from(tf.tidy(() => fn(tf.tensor1d(values)).dataSync()));
const weights = [1, 2, 3, 4, 5, 6, 7, 8];

describe('known values', () => {
  const padded: Scalar = (x) => tf.mul(tf.mirrorPad(x, [[2, 2]], 'reflect'), weights);
  const squaredTanh: Scalar = (x) => tf.square(tf.tanh(x));
  const [t, u] = [Math.tanh(0.5), 1 - Math.tanh(0.5) ** 2];

  it('adds reflected parts back to their originals', () => {
    removeGradientFixes();
    expect(at(slope(padded), [1, 2, 3, 4])).toEqual([3, 4, 5, 6]);
    installGradientFixes();
    expect(at(slope(padded), [1, 2, 3, 4])).toEqual([3, 14, 13, 6]);
  });

  it('keeps the curvature that flows through a saved output', () => {
    removeGradientFixes();
    expect(at(slope(slope(squaredTanh)), [0.5])[0]).toBeCloseTo(2 * u * u, 5);
    installGradientFixes();
    expect(at(slope(slope(squaredTanh)), [0.5])[0]).toBeCloseTo(2 * u * (u - 2 * t * t), 5);
  });

  it('is right at third order', () => {
    installGradientFixes();
    const third = at(slope(slope(slope(tf.tanh))), [0.5])[0];
    expect(third).toBeCloseTo(u * (6 * t * t - 2), 4);
  });

  it('shares the gradient of a maximum among equal values', () => {
    const largest: Scalar = (x) => tf.max(x);
    removeGradientFixes();
    expect(at(slope(largest), [3, 1, 3])).toEqual([1, 0, 1]);
    installGradientFixes();
    expect(at(slope(largest), [3, 1, 3])).toEqual([0.5, 0, 0.5]);
  });

  it('takes 0 for the slope of abs at 0', () => {
    removeGradientFixes();
    expect(at(slope(tf.abs), [-2, 0, 2])).toEqual([-1, -1, 1]);
    installGradientFixes();
    expect(at(slope(tf.abs), [-2, 0, 2])).toEqual([-1, 0, 1]);
  });

  it('differentiates a product with a zero factor twice', () => {
    installGradientFixes();
    const product: Scalar = (x) => tf.prod(x);
    expect(at(slope(product), [0, 2, 3])).toEqual([6, 0, 0]);
    const sumOfSlopes: Scalar = (x) => tf.sum(slope(product)(x));
    expect(at(slope(sumOfSlopes), [0, 2, 3])).toEqual([5, 3, 2]);
  });

  it('puts channels-first blocks back to channels as channels-last ones', () => {
    installGradientFixes();
    const difference = tf.tidy(() => {
      const x = tf.zeros([1, 2, 3, 8]);
      const dy = tf.reshape(tf.range(0, 48), [1, 4, 6, 2]);
      const gradient = (dataFormat: string, last: tf.Tensor, shape: tf.Tensor) =>
        tf
          .getGradient('DepthToSpace')
          .gradFunc(last, [shape], { blockSize: 2, dataFormat })
          ['x']?.();
      const toFirst = (tensor: tf.Tensor) => tf.transpose(tensor, [0, 3, 1, 2]);
      const last = gradient('NHWC', dy, x) as tf.Tensor;
      const first = gradient('NCHW', toFirst(dy), toFirst(x)) as tf.Tensor;
      return tf.sum(tf.abs(tf.sub(toFirst(last), first))).dataSync()[0];
    });
    expect(difference).toBe(0);
  });
});
