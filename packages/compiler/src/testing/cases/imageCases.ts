import * as tf from '@tensorflow/tfjs';
import { type GradientCase, gradientCase as row } from './gradientCase.ts';

type Pad = number | 'same' | 'valid';

const small = { low: -1, high: 1 };

const conv = (
  name: string,
  strides: number,
  pad: Pad,
  format: 'NHWC' | 'NCHW' = 'NHWC',
  rounding?: 'floor' | 'ceil',
) =>
  row(
    `conv2d ${name}`,
    (x, filter) =>
      tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, format, 1, rounding),
    [format === 'NHWC' ? [1, 4, 5, 2] : [1, 2, 4, 5], [3, 3, 2, 2]],
    small,
  );

/** Convolutions in every direction that a network or a gradient takes. */
export const convolutionCases: readonly GradientCase[] = [
  conv('stride 1, same', 1, 'same'),
  conv('stride 1, valid', 1, 'valid'),
  conv('stride 2, same', 2, 'same'),
  conv('stride 2, pad 1, floor', 2, 1, 'NHWC', 'floor'),
  conv('stride 2, pad 0, ceil', 2, 0, 'NHWC', 'ceil'),
  conv('NCHW, stride 2', 2, 'same', 'NCHW'),
  row(
    'conv2d 1 × 1',
    (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'),
    [
      [1, 2, 2, 3],
      [1, 1, 3, 2],
    ],
    small,
  ),
  row(
    'conv2dTranspose stride 2',
    (x, filter) =>
      tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [1, 4, 6, 2], 2, 'same'),
    [
      [1, 2, 3, 2],
      [4, 4, 2, 2],
    ],
    small,
  ),
  row(
    'conv2dTranspose stride 1',
    (x, filter) =>
      tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [1, 4, 4, 2], 1, 'valid'),
    [
      [1, 1, 1, 2],
      [4, 4, 2, 2],
    ],
    small,
  ),
  row(
    'depthwiseConv2d',
    (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'),
    [
      [1, 4, 3, 2],
      [3, 3, 2, 1],
    ],
    small,
  ),
  row(
    'depthwiseConv2d stride 2',
    (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'valid'),
    [
      [1, 5, 5, 2],
      [3, 3, 2, 2],
    ],
    small,
  ),
  row(
    'fused.conv2d without activation',
    (x, filter, bias) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 1,
        pad: 'same',
        bias: bias,
      }),
    [[1, 3, 3, 2], [3, 3, 2, 2], [2]],
    small,
  ),
];

const pool = (
  kind: 'avg' | 'max',
  name: string,
  shape: number[],
  size: number,
  strides: number,
  pad: Pad,
  rounding?: 'floor' | 'ceil',
) =>
  row(
    `${kind}Pool ${name}`,
    (x) =>
      (kind === 'avg' ? tf.avgPool : tf.maxPool)(x as tf.Tensor4D, size, strides, pad, rounding),
    [shape],
    { distinct: true, margin: 0.08 },
  );

const pools = (kind: 'avg' | 'max') => [
  pool(kind, '2 × 2', [1, 4, 4, 2], 2, 2, 'valid'),
  pool(kind, '2 × 2 with a row left over', [1, 5, 4, 1], 2, 2, 'valid'),
  pool(kind, '3 × 3, stride 1, same', [1, 3, 4, 2], 3, 1, 'same'),
  pool(kind, '3 × 3, stride 2, same', [1, 4, 5, 1], 3, 2, 'same'),
  pool(kind, '3 × 3, stride 2, pad 1', [1, 5, 4, 1], 3, 2, 1, 'floor'),
  pool(kind, '2 × 2, stride 2, pad 0, ceil', [1, 5, 3, 2], 2, 2, 0, 'ceil'),
];

const resize = (
  kind: 'bilinear' | 'nearest',
  name: string,
  size: [number, number],
  align: boolean,
  half: boolean,
) =>
  row(
    `resize ${kind} ${name}`,
    (x) =>
      (kind === 'bilinear' ? tf.image.resizeBilinear : tf.image.resizeNearestNeighbor)(
        x as tf.Tensor4D,
        size,
        align,
        half,
      ),
    [[1, 3, 2, 2]],
  );

const resizes = (kind: 'bilinear' | 'nearest') => [
  resize(kind, 'doubled', [6, 4], false, false),
  resize(kind, 'doubled, half-pixel centres', [6, 4], false, true),
  resize(kind, 'aligned corners', [5, 5], true, false),
  resize(kind, 'to an uneven size', [4, 5], false, false),
  resize(kind, 'to an uneven size, half-pixel centres', [5, 3], false, true),
  resize(kind, 'smaller', [2, 1], false, false),
];

/** (‖∂D/∂x‖ - 1)² of a critic D with one convolution, as Wasserstein critics are trained by. */
const gradientPenalty = (name: string, activation: (x: tf.Tensor) => tf.Tensor) => ({
  ...row(
    `gradient penalty through ${name}`,
    (image, filter, dense) => {
      const critic = (x: tf.Tensor) => {
        const hidden = activation(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same'));
        return tf.matMul(tf.reshape(hidden, [1, 8]), dense);
      };
      const slope = tf.grad(critic)(image);
      return tf.square(tf.sub(tf.sqrt(tf.sum(tf.square(slope))), 1));
    },
    [
      [1, 4, 4, 1],
      [3, 3, 1, 2],
      [8, 1],
    ],
    { low: -1, high: 1 },
  ),
  // Differences of third derivatives need a short step.
  step: 1 / 256,
});

/** Functions that differentiate: their first order is a second order. */
export const penaltyCases: readonly GradientCase[] = [
  gradientPenalty('leakyRelu', (x) => tf.leakyRelu(x, 0.2)),
  gradientPenalty('tanh', tf.tanh),
  gradientPenalty('elu', tf.elu),
];

/** Pooling and resizing. */
export const imageCases: readonly GradientCase[] = [
  ...pools('avg'),
  ...pools('max'),
  ...resizes('bilinear'),
  ...resizes('nearest'),
];
