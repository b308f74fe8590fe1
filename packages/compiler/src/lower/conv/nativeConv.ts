import type { ConvInfo } from '../../shapes/convolution.ts';
import type { Attribute, OnnxValue } from '../../onnx/graph.ts';
import {
  channelsFirst,
  filterLayout,
  laidOut,
  type Lowered,
  type LoweringContext,
} from '../context.ts';
import { padLowered, sliceLowered } from '../movement.ts';
import type { ConvLowering } from './convDirections.ts';

/** Logical [N,H,W,C] held as [C,N,H,W]: every channel's pixels of the whole batch in one row. */
const channelRows: readonly number[] = [3, 0, 1, 2];

/**
 * ONNX's own operators, channels first. It has none for the filter's gradient: unit strides unfold
 * the input and multiply once; larger strides convolve the input with dy as a dilated filter, batch
 * and channels swapped.
 */
export function nativeConv(context: LoweringContext, info: ConvInfo): ConvLowering {
  const isUnitStride = info.strideHeight === 1 && info.strideWidth === 1;
  return {
    forward: (x, filter) => {
      const operands = [context.dense(x, channelsFirst), context.dense(filter, filterLayout)];
      const type = {
        dtype: 'float32' as const,
        shape: channelsFirst.map((axis) => info.outShape[axis]!),
      };
      const value = context.node('Conv', operands, type, { attributes: convAttributes(info) });
      return laidOut(value, channelsFirst);
    },
    inputGradient: (dy, filter) => transposedConv(context, info, dy, filter),
    filterGradient: (x, dy) =>
      isUnitStride ? byUnfolding(context, x, dy, info) : byDilatedConv(context, x, dy, info),
  };
}

/** A convolution's geometry as ONNX attributes; pads are top, left, bottom, right. */
export function convAttributes(info: ConvInfo): Record<string, Attribute> {
  const { top, left, bottom, right } = info.padInfo;
  return {
    kernel_shape: { ints: [info.filterHeight, info.filterWidth] },
    strides: { ints: [info.strideHeight, info.strideWidth] },
    dilations: { ints: [info.dilationHeight, info.dilationWidth] },
    pads: { ints: [top, left, bottom, right] },
  };
}

/**
 * The gradient of the input, which is also tfjs's transposed convolution: ONNX's ConvTranspose,
 * whose [in,out,kh,kw] weights are the same filter read the other way round.
 */
function transposedConv(
  context: LoweringContext,
  info: ConvInfo,
  dy: Lowered,
  filter: Lowered,
): Lowered {
  const operands = [context.dense(dy, channelsFirst), context.dense(filter, filterLayout)];
  const { top, left, bottom, right } = info.padInfo;
  const covered = (out: number, stride: number, kernel: number, pads: number): number =>
    (out - 1) * stride + kernel - pads;
  const missing = [
    info.inHeight - covered(info.outHeight, info.strideHeight, info.filterHeight, top + bottom),
    info.inWidth - covered(info.outWidth, info.strideWidth, info.filterWidth, left + right),
  ];
  const shape = channelsFirst.map((axis) => info.inShape[axis]!);
  const value = context.node(
    'ConvTranspose',
    operands,
    { dtype: 'float32', shape },
    {
      attributes: {
        ...convAttributes(info),
        ...(missing.some((rows) => rows > 0) ? { output_padding: { ints: missing } } : {}),
      },
    },
  );
  return laidOut(value, channelsFirst);
}

/** dW [out, in·kh·kw] = dy [out, N·Ho·Wo] × unfolded x [in·kh·kw, N·Ho·Wo]ᵀ: one large product. */
function byUnfolding(context: LoweringContext, x: Lowered, dy: Lowered, info: ConvInfo): Lowered {
  const { top, left, bottom, right } = info.padInfo;
  const padded = padLowered(context, context.arrange(x, channelRows), [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  const pixels = info.batchSize * info.outHeight * info.outWidth;
  const taps: OnnxValue[] = [];
  for (let row = 0; row < info.filterHeight; row++) {
    for (let column = 0; column < info.filterWidth; column++) {
      const end = [info.batchSize, row + info.outHeight, column + info.outWidth, info.inChannels];
      const window = sliceLowered(context, padded, [0, row, column, 0], end);
      taps.push(context.reshape(context.dense(window, channelRows), [info.inChannels, 1, pixels]));
    }
  }
  const area = info.filterHeight * info.filterWidth;
  const unfolded = concat(context, taps, [info.inChannels, area, pixels], 1);
  const rows = context.reshape(unfolded, [info.inChannels * area, pixels]);
  const dyRows = context.reshape(context.dense(dy, channelRows), [info.outChannels, pixels]);
  const gradient = context.node(
    'Gemm',
    [dyRows, rows],
    {
      dtype: 'float32',
      shape: [info.outChannels, info.inChannels * area],
    },
    { attributes: { transB: { i: 1 } } },
  );
  const shape = [info.outChannels, info.inChannels, info.filterHeight, info.filterWidth];
  return laidOut(context.reshape(gradient, shape), filterLayout);
}

function concat(
  context: LoweringContext,
  parts: OnnxValue[],
  shape: number[],
  axis: number,
): OnnxValue {
  if (parts.length === 1) return parts[0]!;
  return context.node(
    'Concat',
    parts,
    { dtype: 'float32', shape },
    { attributes: { axis: { i: axis } } },
  );
}

/** x as [in,N,H,W] convolved with dy as [out,N,Ho,Wo], dilated by the stride: [in,out,kh,kw]. */
function byDilatedConv(context: LoweringContext, x: Lowered, dy: Lowered, info: ConvInfo): Lowered {
  const { top, left, bottom, right } = info.padInfo;
  const extent = (input: number, pads: number, out: number, stride: number): number =>
    input + pads - stride * (out - 1);
  const height = extent(info.inHeight, top + bottom, info.outHeight, info.strideHeight);
  const width = extent(info.inWidth, left + right, info.outWidth, info.strideWidth);
  const images = context.dense(x, channelRows);
  const kernel = context.dense(dy, channelRows);
  const whole = context.node(
    'Conv',
    [images, kernel],
    {
      dtype: 'float32',
      shape: [info.inChannels, info.outChannels, height, width],
    },
    {
      attributes: {
        kernel_shape: { ints: [info.outHeight, info.outWidth] },
        strides: { ints: [1, 1] },
        dilations: { ints: [info.strideHeight, info.strideWidth] },
        pads: { ints: [top, left, bottom, right] },
      },
    },
  );
  // Rows that the stride left over were never seen by the filter.
  const gradient = laidOut(whole, [2, 3, 0, 1]);
  return sliceLowered(
    context,
    gradient,
    [0, 0, 0, 0],
    [info.filterHeight, info.filterWidth, info.inChannels, info.outChannels],
  );
}
