import * as tf from '@tensorflow/tfjs';
import {
  asTensor,
  mended,
  typeAttribute,
  type MendedKernel,
  type OperationAttribute,
  type TensorFlowBackend,
} from './kernel.ts';
import { marginAfter } from './windows.ts';

/** One spatial axis of a pooling. */
interface Axis {
  readonly extent: number;
  readonly size: number;
  readonly stride: number;
  /** Padding. */
  readonly before: number;
  readonly after: number;
}

/** How the kernels of two and of three spatial axes are called, and read their attributes. */
interface Dimension {
  readonly suffix: '' | '3D';
  axes(shape: readonly number[], attrs: PoolAttributes): readonly Axis[];
}

type PoolAttributes = Pick<tf.MaxPoolAttrs, 'filterSize' | 'strides' | 'pad' | 'dimRoundingMode'>;

function axis(
  extent: number,
  windows: number,
  size: number,
  stride: number,
  padding: readonly [number, number],
): Axis {
  const after = marginAfter(extent, windows, stride, size, padding);
  return { extent, size, stride, before: padding[0], after };
}

const planes: Dimension = {
  suffix: '',
  axes(shape, { filterSize, strides, pad, dimRoundingMode }) {
    const info = tf.backend_util.computePool2DInfo(
      shape as [number, number, number, number],
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const { top, bottom, left, right } = info.padInfo;
    return [
      axis(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, [top, bottom]),
      axis(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, [left, right]),
    ];
  },
};

const volumes: Dimension = {
  suffix: '3D',
  axes(shape, { filterSize, strides, pad, dimRoundingMode }) {
    const info = tf.backend_util.computePool3DInfo(
      shape as [number, number, number, number, number],
      filterSize as unknown as [number, number, number],
      strides as unknown as [number, number, number],
      1,
      pad as 'same',
      dimRoundingMode,
    );
    const { front, back, top, bottom, left, right } = info.padInfo;
    return [
      axis(info.inDepth, info.outDepth, info.filterDepth, info.strideDepth, [front, back]),
      axis(info.inHeight, info.outHeight, info.filterHeight, info.strideHeight, [top, bottom]),
      axis(info.inWidth, info.outWidth, info.filterWidth, info.strideWidth, [left, right]),
    ];
  },
};

/** Whole windows without padding: what every picture is brought to before it is pooled. */
const attributesOf = (
  backend: TensorFlowBackend,
  axes: readonly Axis[],
  { suffix }: Dimension,
  ...types: readonly OperationAttribute[]
): OperationAttribute[] => {
  const { TF_ATTR_INT: int, TF_ATTR_STRING: string } = backend.binding;
  return [
    ...types,
    { name: 'ksize', type: int, value: [1, ...axes.map(({ size }) => size), 1] },
    { name: 'strides', type: int, value: [1, ...axes.map(({ stride }) => stride), 1] },
    { name: 'padding', type: string, value: 'VALID' },
    { name: 'data_format', type: string, value: suffix === '' ? 'NHWC' : 'NDHWC' },
  ];
};

/** A picture with its margins filled, which TensorFlow's poolings lack or refuse. */
function padded(tensor: tf.Tensor, axes: readonly Axis[], value: number): tf.Tensor {
  if (axes.every(({ before, after }) => before === 0 && after === 0)) return tensor;
  const margins = axes.map(({ before, after }): [number, number] => [before, after]);
  return tf.pad(tensor, [[0, 0], ...margins, [0, 0]], value);
}

/** Takes the margins away again. */
const unpadded = (tensor: tf.Tensor, axes: readonly Axis[], shape: number[]): tf.Tensor =>
  tf.slice(tensor, [0, ...axes.map(({ before }) => before), 0], shape);

/** What never is a maximum: padding. */
const lowest = (dtype: tf.DataType): number => (dtype === 'int32' ? -(2 ** 31) : -Infinity);

function average(backend: TensorFlowBackend, x: tf.Tensor, axes: readonly Axis[], of: Dimension) {
  const attributes = attributesOf(backend, axes, of, typeAttribute(backend, 'float32'));
  return backend.executeSingleOutput(`AvgPool${of.suffix}`, attributes, [x]);
}

/** Which part of each window lies inside the picture: [1, …, 1], between 0 and 1. */
function sharesInside(backend: TensorFlowBackend, axes: readonly Axis[], of: Dimension): tf.Tensor {
  const ones = tf.ones([1, ...axes.map(({ extent }) => extent), 1]);
  return average(backend, padded(ones, axes, 0), axes, of);
}

/** The four kernels of a dimension, with any padding; padding does not count in an average. */
const kernelsOf = (of: Dimension): MendedKernel[] => [
  mended<'x', PoolAttributes>(
    `MaxPool${of.suffix}`,
    'refuses padding given as numbers',
    ({ inputs, attrs, backend }) => {
      const x = asTensor(inputs.x);
      const axes = of.axes(x.shape, attrs);
      return backend.executeSingleOutput(
        `MaxPool${of.suffix}`,
        attributesOf(backend, axes, of, typeAttribute(backend, x.dtype)),
        [padded(x, axes, lowest(x.dtype))],
      );
    },
  ),
  mended<'dy' | 'input' | 'output', PoolAttributes>(
    `MaxPool${of.suffix}Grad`,
    'refuses padding given as numbers',
    ({ inputs: { dy, input, output }, attrs, backend }) => {
      const axes = of.axes(input.shape, attrs);
      const type = typeAttribute(backend, input.dtype);
      const types = of.suffix === '' ? [type] : [type, { ...type, name: 'TInput' }];
      const gradient = backend.executeSingleOutput(
        `MaxPool${of.suffix}Grad`,
        attributesOf(backend, axes, of, ...types),
        [padded(asTensor(input), axes, lowest(input.dtype)), output, dy],
      );
      return unpadded(gradient, axes, input.shape);
    },
  ),
  mended<'x', PoolAttributes>(
    `AvgPool${of.suffix}`,
    'refuses padding given as numbers, and int32',
    ({ inputs: { x }, attrs, backend }) => {
      const axes = of.axes(x.shape, attrs);
      const values = padded(tf.cast(asTensor(x), 'float32'), axes, 0);
      const averages = tf.div(average(backend, values, axes, of), sharesInside(backend, axes, of));
      return tf.cast(averages, x.dtype as 'float32');
    },
  ),
  mended<'dy' | 'input', PoolAttributes>(
    `AvgPool${of.suffix}Grad`,
    'refuses padding given as numbers',
    ({ inputs: { dy, input }, attrs, backend }) => {
      const axes = of.axes(input.shape, attrs);
      const [batch, ...rest] = input.shape;
      const whole = [
        batch!,
        ...axes.map(({ extent, before, after }) => before + extent + after),
        rest.at(-1)!,
      ];
      const gradient = backend.executeSingleOutput(
        `AvgPool${of.suffix}Grad`,
        attributesOf(backend, axes, of, typeAttribute(backend, 'float32')),
        [tf.tensor1d(whole, 'int32'), tf.div(asTensor(dy), sharesInside(backend, axes, of))],
      );
      return unpadded(gradient, axes, input.shape);
    },
  ),
];

/** Poolings of pictures and of volumes, and their gradients. */
export const poolKernels: readonly MendedKernel[] = [...kernelsOf(planes), ...kernelsOf(volumes)];
