import * as tf from '@tensorflow/tfjs';
import { type GradientCase, gradientCase as row } from './gradientCase.ts';

type Reduce = (x: tf.Tensor, axes?: number | number[], keepDims?: boolean) => tf.Tensor;

const reduction = (name: string, fn: Reduce, options = {}): GradientCase[] => [
  row(`${name} over all`, (x) => fn(x), [[2, 3, 2]], options),
  row(`${name} over one axis`, (x) => fn(x, 1), [[2, 3, 2]], options),
  row(`${name} over the last axis by -1`, (x) => fn(x, -1), [[2, 3, 2]], options),
  row(`${name} over two axes`, (x) => fn(x, [0, 2]), [[2, 3, 2]], options),
  row(`${name} keeping dims`, (x) => fn(x, [0, 1], true), [[2, 3, 2]], options),
];

const distinct = { distinct: true, low: -1.5, high: 1.5 };

/** Sums, extrema, normalisation, and products of matrices. */
export const reductionCases: readonly GradientCase[] = [
  ...reduction('sum', tf.sum),
  ...reduction('mean', tf.mean),
  ...reduction('max', tf.max, distinct),
  ...reduction('min', tf.min, distinct),
  ...reduction('prod', tf.prod, { low: 0.5, high: 1.5 }),
  ...reduction('logSumExp', tf.logSumExp, distinct),
  ...reduction('moments', (x, axes, keepDims) => tf.moments(x, axes, keepDims).variance),
  ...reduction('norm', (x, axes, keepDims) => tf.norm(x, 'euclidean', axes, keepDims)),
  row(
    'argMax',
    (x) => tf.mul(tf.cast(tf.argMax(x, 1), 'float32'), tf.sum(x, 1)),
    [[2, 4]],
    distinct,
  ),
  row('topk', (x) => tf.topk(x, 2).values, [[2, 4]], distinct),
  row('cumsum along the first axis', (x) => tf.cumsum(x, 0), [[3, 2, 2]]),
  row('cumsum along the last axis', (x) => tf.cumsum(x, 2), [[2, 2, 3]]),
  row('cumsum exclusive, reversed', (x) => tf.cumsum(x, 1, true, true), [[2, 3, 2]]),
  row('softmax', (x) => tf.softmax(x), [[2, 3]]),
  row('logSoftmax', (x) => tf.logSoftmax(x), [[2, 3]]),
  row(
    'batchNorm over channels',
    (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        tf.square(variance as tf.Tensor1D),
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        0.1,
      ),
    [[2, 2, 2, 3], [3], [3], [3], [3]],
    { low: 0.5 },
  ),
  row(
    'batchNorm with full shapes',
    (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor4D,
        tf.square(variance as tf.Tensor4D),
        offset as tf.Tensor4D,
        scale as tf.Tensor4D,
        0.1,
      ),
    [
      [1, 2, 1, 2],
      [1, 2, 1, 2],
      [1, 2, 1, 2],
      [1, 2, 1, 2],
      [1, 2, 1, 2],
    ],
    { low: 0.5 },
  ),
];

const product = (name: string, a: number[], b: number[], transposeA = false, transposeB = false) =>
  row(`matMul ${name}`, (x, y) => tf.matMul(x, y, transposeA, transposeB), [a, b]);

const einsum = (equation: string, ...shapes: number[][]) =>
  row(`einsum ${equation}`, (...inputs) => tf.einsum(equation, ...inputs), shapes);

/** Matrix products of every kind. */
export const productCases: readonly GradientCase[] = [
  product('a b', [2, 3], [3, 2]),
  product('aT b', [3, 2], [3, 2], true, false),
  product('a bT', [2, 3], [2, 3], false, true),
  product('aT bT', [3, 2], [2, 3], true, true),
  product('batched', [2, 2, 3], [2, 3, 2]),
  product('batched aT bT', [2, 3, 2], [2, 2, 3], true, true),
  product('with b shared by the batch', [2, 2, 3], [3, 2]),
  product('with a shared by the batch', [2, 3], [2, 3, 2]),
  product('with a of batch 1, b transposed', [1, 2, 3], [2, 2, 3], false, true),
  product('with b of batch 1, a transposed', [2, 3, 2], [1, 3, 2], true, false),
  row('dot', (x, y) => tf.dot(x, y), [[3], [3]]),
  row(
    'fused.matMul without activation',
    (a, b, bias) => tf.fused.matMul({ a: a, b: b, bias: bias }),
    [[2, 3], [3, 2], [2]],
  ),
  row('fused.matMul with relu', (a, b) => tf.fused.matMul({ a: a, b: b, activation: 'relu' }), [
    [2, 3],
    [3, 2],
  ]),
  einsum('ij,jk->ik', [2, 3], [3, 2]),
  einsum('bqd,bkd->bqk', [2, 2, 3], [2, 2, 3]),
  einsum('bij,j->bi', [2, 2, 3], [3]),
  einsum('ijk->kj', [2, 3, 2]),
  einsum('i,j->ij', [3], [2]),
  einsum('i,i->', [3], [3]),
  einsum('bhqd,bhkd->bhqk', [1, 2, 2, 2], [1, 2, 2, 2]),
];
