import * as tf from '@tensorflow/tfjs';
import { hostTensor } from '../../hostTensor.ts';
import { type SampleOptions, sampleTensor } from '../sampleTensor.ts';
import { type GradientCase, gradientCase as row } from './gradientCase.ts';

type Unary = (x: tf.Tensor) => tf.Tensor;

const unary = (name: string, fn: Unary, options = {}): GradientCase =>
  row(name, (x) => fn(x), [[2, 3]], options);

const atZero = { kinks: [0] };
const positive = { low: 0.5, high: 3 };

/** Functions of one number, at points where they are smooth. */
export const unaryCases: readonly GradientCase[] = [
  unary('abs', tf.abs, atZero),
  unary('atan', tf.atan),
  unary('asin', tf.asin, { low: -0.7, high: 0.7 }),
  unary('asinh', tf.asinh),
  unary('ceil', (x) => tf.add(tf.ceil(x), x), { kinks: [-2, -1, 0, 1, 2] }),
  unary('clipByValue', (x) => tf.clipByValue(x, -1, 1), { kinks: [-1, 1] }),
  unary('cos', tf.cos),
  unary('cosh', tf.cosh),
  unary('elu', tf.elu, atZero),
  unary('erf', tf.erf),
  unary('exp', tf.exp, { high: 1 }),
  unary('expm1', tf.expm1, { high: 1 }),
  unary('floor', (x) => tf.mul(tf.floor(x), x), { kinks: [-2, -1, 0, 1, 2] }),
  unary('identity', tf.clone),
  unary('leakyRelu', (x) => tf.leakyRelu(x, 0.2), atZero),
  unary('log', tf.log, positive),
  unary('log1p', tf.log1p, positive),
  unary('logSigmoid', tf.logSigmoid),
  unary('neg', tf.neg),
  unary('reciprocal', tf.reciprocal, positive),
  unary('relu', tf.relu, atZero),
  unary('relu6', tf.relu6, { low: -2, high: 8, kinks: [0, 6] }),
  unary('round', (x) => tf.mul(tf.round(x), x), { kinks: [-1.5, -0.5, 0.5, 1.5] }),
  unary('rsqrt', tf.rsqrt, positive),
  unary('selu', tf.selu, atZero),
  unary('sigmoid', tf.sigmoid),
  unary('sign', (x) => tf.mul(tf.sign(x), x), atZero),
  unary('sin', tf.sin),
  unary('sinh', tf.sinh),
  unary('softplus', tf.softplus),
  unary('sqrt', tf.sqrt, positive),
  unary('square', tf.square),
  unary('step', (x) => tf.mul(tf.step(x, 0.3), x), atZero),
  unary('tan', tf.tan, { low: -1, high: 1 }),
  unary('tanh', tf.tanh),
  unary('zerosLike and onesLike', (x) => tf.add(tf.mul(x, tf.onesLike(x)), tf.zerosLike(x))),
  unary('cast to int32', (x) => tf.mul(tf.cast(tf.cast(tf.mul(x, 3), 'int32'), 'float32'), x), {
    low: 0.45,
    high: 0.55,
  }),
  unary(
    'logical',
    (x) => {
      const mask = tf.logicalOr(
        tf.logicalAnd(tf.greater(x, -1), tf.less(x, 1)),
        tf.logicalNot(tf.lessEqual(x, tf.square(x))),
      );
      return tf.where(mask, tf.square(x), tf.sin(x));
    },
    { kinks: [-1, 0, 1] },
  ),
];

/** Between centre - 0.1 and centre + 0.1 for x between -2 and 2. */
const near = (x: tf.Tensor, centre: number): tf.Tensor => tf.add(tf.mul(x, 0.05), centre);

const binary = (
  name: string,
  fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  options: SampleOptions = {},
): GradientCase[] =>
  (
    [
      ['', [2, 3], [2, 3]],
      [' with b broadcast', [2, 3], [3]],
      [' with a broadcast', [2, 1], [2, 3]],
      [' with both broadcast', [3, 1], [1, 2]],
      [' with a scalar', [2, 3], []],
    ] as const
  ).map(([suffix, a, b]) =>
    row(
      name + suffix,
      (x, y) => fn(x, y),
      // Distinct values of a and b come from two grids, half a margin apart.
      [
        sampleTensor(a, { seed: 1, ...options }),
        sampleTensor(b, {
          seed: 2,
          ...options,
          ...(options.distinct && { low: (options.low ?? -2) + 0.05 }),
        }),
      ],
    ),
  );

/** Functions of two tensors, each with equal and with broadcast shapes. */
export const binaryCases: readonly GradientCase[] = [
  ...binary('add', tf.add),
  ...binary('sub', tf.sub),
  ...binary('mul', tf.mul),
  ...binary('div', tf.div, positive),
  ...binary('atan2', tf.atan2, positive),
  ...binary('maximum', tf.maximum, { distinct: true }),
  ...binary('minimum', tf.minimum, { distinct: true }),
  ...binary('squaredDifference', tf.squaredDifference),
  ...binary('pow', tf.pow, positive),
  ...binary('mod', (a, b) => tf.mul(10, tf.mod(near(a, 3), near(b, 2)))),
  ...binary('floorDiv', (a, b) => tf.mul(tf.floorDiv(near(a, 3), near(b, 2)), tf.add(a, b))),
  ...binary('where of a comparison', (a, b) => tf.where(tf.greater(a, b), tf.sin(a), tf.cos(b)), {
    distinct: true,
  }),
  ...binary(
    'comparisons',
    (a, b) => {
      const counts = [tf.less, tf.lessEqual, tf.equal, tf.notEqual, tf.greaterEqual, tf.logicalXor];
      const masks = counts.map((compare) =>
        tf.cast(
          compare === tf.logicalXor ? tf.logicalXor(tf.less(a, b), tf.less(b, 0)) : compare(a, b),
          'float32',
        ),
      );
      return tf.mul(tf.addN(masks), tf.mul(a, b));
    },
    { distinct: true, kinks: [0], high: 3 },
  ),
];

/** Cases with values of their own. */
export const particularCases: readonly GradientCase[] = [
  row('pow of a negative base with a whole exponent', (x) => tf.pow(x, 3), [[2, 3]]),
  row('pow of zero', (x) => tf.addN([1, 2, 3].map((n) => tf.pow(x, n))), [
    hostTensor([3], [0, 0.5, -0.5]),
  ]),
  row('pow to a zero exponent', (x) => tf.add(tf.pow(x, 0), x), [hostTensor([3], [0, 0.5, -0.5])]),
  row('selu of large numbers', (x) => tf.div(tf.selu(x), 10), [hostTensor([3], [120, -3, 200])]),
  row('prelu', (x, alpha) => tf.prelu(x, alpha), [[2, 3], [3]], atZero),
  row(
    'prelu with an alpha per element',
    (x, alpha) => tf.prelu(x, alpha),
    [
      [2, 3],
      [2, 3],
    ],
    atZero,
  ),
  row(
    'where with a broadcast condition',
    (a, b) => {
      const condition = tf.tensor([1, 0], [2, 1], 'bool');
      return tf.where(condition, tf.square(a), b);
    },
    [[2, 3], [3]],
  ),
  row('addN', (a, b, c) => tf.addN([a, b, c, a] as tf.Tensor[]), [
    [2, 2],
    [2, 2],
    [2, 2],
  ]),
  row(
    'sigmoidCrossEntropy',
    (x) => tf.losses.sigmoidCrossEntropy(tf.tensor([1, 0, 1, 1]), x),
    [[4]],
    atZero,
  ),
  row('softmaxCrossEntropy', (x) => tf.losses.softmaxCrossEntropy(tf.oneHot([1, 2], 3), x), [
    [2, 3],
  ]),
  row(
    'customGrad that saves an intermediate',
    (x) => {
      const cube = tf.customGrad((value, save) => {
        const squared = tf.square(value as tf.Tensor);
        (save as tf.GradSaveFunc)([squared]);
        return {
          value: tf.mul(squared, value as tf.Tensor),
          gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
            tf.mul(dy, tf.mul(3, saved[0] as tf.Tensor)),
        };
      });
      return cube(x);
    },
    [[4]],
  ),
];
