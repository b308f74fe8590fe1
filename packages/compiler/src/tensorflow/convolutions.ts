import * as tf from '@tensorflow/tfjs';
import {
  asTensor,
  mended,
  typeAttribute,
  type KernelCall,
  type TensorFlowBackend,
} from './kernel.ts';
import { dilationAttribute, windowAttributes, type ConvInfo } from './windows.ts';

type Shape4 = [number, number, number, number];

const numericPadding = 'refuses padding given as numbers';

/** What [N, H, W, C] and [N, C, H, W] are to each other. */
const toChannelsLast = [0, 2, 3, 1];
const toChannelsFirst = [0, 3, 1, 2];

const isChannelsFirst = (dataFormat: string): boolean => dataFormat === 'NCHW';

/** The description of a convolution over [N, H, W, C], whatever the layout of the call. */
function convInfo(
  shape: readonly number[],
  filterShape: readonly number[],
  attrs: tf.Conv2DAttrs,
  depthwise = false,
): ConvInfo {
  const { strides, dilations, pad, dimRoundingMode, dataFormat } = attrs;
  const first = isChannelsFirst(dataFormat);
  // Paddings of their own per axis come in the call's layout.
  const padding =
    first && typeof pad === 'object'
      ? (toChannelsLast.map((axis) => (pad as number[][])[axis]!) as typeof pad)
      : pad;
  return tf.backend_util.computeConv2DInfo(
    (first ? toChannelsLast.map((axis) => shape[axis]!) : shape) as Shape4,
    filterShape as Shape4,
    strides,
    dilations ?? 1,
    padding,
    dimRoundingMode,
    depthwise,
  );
}

/** Runs a function of [N, H, W, C] on tensors of the call's layout. */
function inChannelsLast(
  tensor: tf.TensorInfo,
  dataFormat: string,
  run: (channelsLast: tf.TensorInfo) => tf.Tensor,
): tf.Tensor {
  if (!isChannelsFirst(dataFormat)) return run(tensor);
  return tf.transpose(run(tf.transpose(asTensor(tensor), toChannelsLast)), toChannelsFirst);
}

const attributesOf = (backend: TensorFlowBackend, info: ConvInfo, dtype: tf.DataType) => [
  typeAttribute(backend, dtype),
  ...windowAttributes(backend, info),
  dilationAttribute(backend, info),
];

type Convolution = (
  backend: TensorFlowBackend,
  inputs: Readonly<Record<'x' | 'filter', tf.TensorInfo>>,
  attrs: tf.Conv2DAttrs,
) => tf.Tensor;

const convolution: Convolution = (backend, { x, filter }, attrs) => {
  const info = convInfo(x.shape, filter.shape, attrs);
  return inChannelsLast(x, attrs.dataFormat, (input) =>
    backend.executeSingleOutput('Conv2D', attributesOf(backend, info, x.dtype), [input, filter]),
  );
};

const depthwiseConvolution: Convolution = (backend, { x, filter }, attrs) => {
  const info = wholeFilter(convInfo(x.shape, filter.shape, attrs, true));
  return backend.executeSingleOutput(
    'DepthwiseConv2dNative',
    attributesOf(backend, info, x.dtype),
    [x, spread(filter, info)],
  );
};

/** What a fused convolution may read besides. */
type FusedInputs = Partial<Readonly<Record<'bias' | 'preluActivationWeights', tf.TensorInfo>>>;

/** A convolution, its bias and its activation, which tfjs calls one kernel. */
const fused =
  (run: Convolution) =>
  ({ inputs, attrs, backend }: KernelCall<'x' | 'filter', tf.FusedConv2DAttrs>): tf.Tensor => {
    const { bias, preluActivationWeights } = inputs as FusedInputs;
    let result = run(backend, inputs, attrs);
    if (bias) result = tf.add(result, alongChannels(bias, attrs.dataFormat));
    const weights =
      preluActivationWeights && alongChannels(preluActivationWeights, attrs.dataFormat);
    return backend.applyActivation(result, attrs.activation, weights, attrs.leakyreluAlpha);
  };

/** A value per channel, so that it is added along the axis of the channels. */
function alongChannels(values: tf.TensorInfo, dataFormat: string): tf.Tensor {
  const tensor = asTensor(values);
  return isChannelsFirst(dataFormat) && tensor.rank === 1
    ? tf.reshape(tensor, [tensor.size, 1, 1])
    : tensor;
}

/** Convolutions and their gradients with any padding. */
export const convolutionKernels = [
  mended<'x' | 'filter', tf.Conv2DAttrs>(tf.Conv2D, numericPadding, ({ inputs, attrs, backend }) =>
    convolution(backend, inputs, attrs),
  ),
  mended<'dy' | 'filter', tf.Conv2DBackpropInputAttrs>(
    tf.Conv2DBackpropInput,
    numericPadding,
    ({ inputs: { dy, filter }, attrs, backend }) => {
      const info = convInfo(attrs.inputShape, filter.shape, { ...attrs, dilations: 1 });
      const shape = tf.tensor1d(info.inShape, 'int32');
      return inChannelsLast(dy, attrs.dataFormat, (gradient) =>
        backend.executeSingleOutput('Conv2DBackpropInput', attributesOf(backend, info, 'float32'), [
          shape,
          filter,
          gradient,
        ]),
      );
    },
  ),
  mended<'x' | 'dy', tf.Conv2DBackpropFilterAttrs>(
    tf.Conv2DBackpropFilter,
    numericPadding,
    ({ inputs: { x, dy }, attrs, backend }) => {
      const info = convInfo(x.shape, attrs.filterShape, { ...attrs, dilations: 1 });
      const shape = tf.tensor1d(info.filterShape, 'int32');
      const [input, gradient] = [x, dy].map((tensor) =>
        isChannelsFirst(attrs.dataFormat) ? tf.transpose(asTensor(tensor), toChannelsLast) : tensor,
      );
      return backend.executeSingleOutput(
        'Conv2DBackpropFilter',
        attributesOf(backend, info, 'float32'),
        [input!, shape, gradient!],
      );
    },
  ),
  mended<'x' | 'filter', tf.DepthwiseConv2dNativeAttrs>(
    tf.DepthwiseConv2dNative,
    numericPadding,
    ({ inputs, attrs, backend }) => depthwiseConvolution(backend, inputs, channelsLast(attrs)),
  ),
  mended<'dy' | 'filter', tf.DepthwiseConv2dNativeBackpropInputAttrs>(
    tf.DepthwiseConv2dNativeBackpropInput,
    numericPadding,
    ({ inputs: { dy, filter }, attrs, backend }) => {
      const info = convInfo(attrs.inputShape, filter.shape, channelsLast(attrs), true);
      return backend.executeSingleOutput(
        'DepthwiseConv2dNativeBackpropInput',
        attributesOf(backend, info, 'float32'),
        [tf.tensor1d(info.inShape, 'int32'), filter, dy],
      );
    },
  ),
  mended<'x' | 'dy', tf.DepthwiseConv2dNativeBackpropFilterAttrs>(
    tf.DepthwiseConv2dNativeBackpropFilter,
    numericPadding,
    ({ inputs: { x, dy }, attrs, backend }) => {
      const info = convInfo(x.shape, attrs.filterShape, channelsLast(attrs), true);
      return backend.executeSingleOutput(
        'DepthwiseConv2dNativeBackpropFilter',
        attributesOf(backend, info, 'float32'),
        [x, tf.tensor1d(info.filterShape, 'int32'), dy],
      );
    },
  ),
  mended<'x' | 'filter', tf.FusedConv2DAttrs>(
    tf.FusedConv2D,
    `${numericPadding}, and channels first`,
    fused(convolution),
  ),
  mended<'x' | 'filter', tf.FusedDepthwiseConv2DAttrs>(
    tf.FusedDepthwiseConv2D,
    numericPadding,
    fused(depthwiseConvolution),
  ),
];

/**
 * A depthwise convolution whose filter carries its gaps: TensorFlow has no dilated ones on the
 * processor.
 */
const wholeFilter = (info: ConvInfo): ConvInfo => ({
  ...info,
  dilationHeight: 1,
  dilationWidth: 1,
  filterShape: [
    info.effectiveFilterHeight,
    info.effectiveFilterWidth,
    info.filterShape[2],
    info.filterShape[3],
  ],
});

/** Puts zeros between a filter's elements until it is as large as `info` says. */
function spread(filter: tf.TensorInfo, { filterShape }: ConvInfo): tf.TensorInfo {
  const [height, width, channels, multiplier] = filter.shape as Shape4;
  const gaps = [filterShape[0] - height, filterShape[1] - width];
  if (gaps.every((gap) => gap === 0)) return filter;
  const places = (count: number, extent: number): number[] =>
    Array.from({ length: count }, (_, index) =>
      count === 1 ? 0 : (index * (extent - 1)) / (count - 1),
    );
  const columns = places(width, filterShape[1]);
  const indices = places(height, filterShape[0]).flatMap((row) =>
    columns.map((column) => [row, column]),
  );
  const flat = tf.reshape(asTensor(filter), [height * width, channels, multiplier]);
  return tf.scatterND(tf.tensor2d(indices, undefined, 'int32'), flat, [...filterShape]);
}

/** tfjs computes depthwise convolutions over [N, H, W, C] only. */
const channelsLast = (
  attrs: Pick<tf.DepthwiseConv2dNativeAttrs, 'strides' | 'pad' | 'dimRoundingMode'> & {
    readonly dilations?: [number, number] | number | null;
  },
): tf.Conv2DAttrs => ({
  strides: attrs.strides,
  pad: attrs.pad as tf.Conv2DAttrs['pad'],
  dilations: (attrs.dilations ?? 1) as tf.Conv2DAttrs['dilations'],
  dataFormat: 'NHWC',
  ...(attrs.dimRoundingMode === undefined ? {} : { dimRoundingMode: attrs.dimRoundingMode }),
});
