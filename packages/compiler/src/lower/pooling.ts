import type { AttrsOf } from '../capture/kernels.ts';
import { poolInfo, type ConvInfo } from '../shapes/convolution.ts';
import { sizeOfShape, type Attribute } from '../onnx/graph.ts';
import { channelsFirst, laidOut, type Lowered, type LoweringCall } from './context.ts';
import { splat } from './elementwise.ts';

const poolAttributes = (info: ConvInfo): Record<string, Attribute> => {
  const { top, left, bottom, right } = info.padInfo;
  return {
    kernel_shape: { ints: [info.filterHeight, info.filterWidth] },
    strides: { ints: [info.strideHeight, info.strideWidth] },
    pads: { ints: [top, left, bottom, right] },
  };
};

const firstShape = (shape: readonly number[]): number[] =>
  channelsFirst.map((axis) => shape[axis]!);

export const lowerPool =
  (op: 'AveragePool' | 'MaxPool') =>
  ({
    context,
    inputs,
    attrs,
    outputs,
  }: LoweringCall<{ readonly x: Lowered }, AttrsOf<'AvgPool'>>): Lowered => {
    const info = poolInfo(inputs.x.shape, attrs);
    const x = context.dense(inputs.x, channelsFirst);
    const type = { dtype: 'float32' as const, shape: firstShape(outputs[0]!.shape) };
    return laidOut(
      context.node(op, [x], type, { attributes: poolAttributes(info) }),
      channelsFirst,
    );
  };

/** How many real pixels each pooling window covers: padding does not count. */
function windowCounts(info: ConvInfo): Float32Array {
  const along = (
    extent: number,
    out: number,
    stride: number,
    kernel: number,
    before: number,
  ): number[] =>
    Array.from({ length: out }, (_, i) => {
      const from = i * stride - before;
      return Math.min(from + kernel, extent) - Math.max(from, 0);
    });
  const rows = along(
    info.inHeight,
    info.outHeight,
    info.strideHeight,
    info.filterHeight,
    info.padInfo.top,
  );
  const columns = along(
    info.inWidth,
    info.outWidth,
    info.strideWidth,
    info.filterWidth,
    info.padInfo.left,
  );
  return Float32Array.from(rows.flatMap((height) => columns.map((width) => 1 / (height * width))));
}

/** Each pixel gets a share of every window it was in: a grouped transposed convolution with ones. */
export const lowerAvgPoolGrad = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<
  { readonly dy: Lowered; readonly input: Lowered },
  AttrsOf<'AvgPoolGrad'>
>): Lowered => {
  const info = poolInfo(inputs.input.shape, attrs);
  const dy = context.dense(inputs.dy, channelsFirst);
  const counts = context.constant(
    windowCounts(info),
    [1, 1, info.outHeight, info.outWidth],
    'float32',
  );
  const shares = context.node('Mul', [dy, counts], dy);
  const channels = info.inChannels;
  const ones = new Float32Array(channels * info.filterHeight * info.filterWidth).fill(1);
  const filter = context.constant(
    ones,
    [channels, 1, info.filterHeight, info.filterWidth],
    'float32',
  );
  const { top, left, bottom, right } = info.padInfo;
  const missing = [
    info.inHeight - ((info.outHeight - 1) * info.strideHeight + info.filterHeight - top - bottom),
    info.inWidth - ((info.outWidth - 1) * info.strideWidth + info.filterWidth - left - right),
  ];
  const value = context.node(
    'ConvTranspose',
    [shares, filter],
    {
      dtype: 'float32',
      shape: firstShape(outputs[0]!.shape),
    },
    {
      attributes: {
        ...poolAttributes(info),
        group: { i: channels },
        ...(missing.some((rows) => rows > 0) ? { output_padding: { ints: missing } } : {}),
      },
    },
  );
  return laidOut(value, channelsFirst);
};

/** dy is added where each window had its first maximum. */
export const lowerMaxPoolGrad = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<
  { readonly dy: Lowered; readonly input: Lowered; readonly output: Lowered },
  AttrsOf<'MaxPoolGrad'>
>): Lowered => {
  const info = poolInfo(inputs.input.shape, attrs);
  const x = context.dense(inputs.input, channelsFirst);
  const dy = context.dense(inputs.dy, channelsFirst);
  const [, indices] = context.nodeWithOutputs(
    'MaxPool',
    [x],
    [dy, { dtype: 'int64', shape: dy.shape }],
    { attributes: poolAttributes(info) },
  ) as [unknown, typeof dy];
  const shape = firstShape(outputs[0]!.shape);
  const size = sizeOfShape(shape);
  const zeros = context.dense(splat(context, 0, 'float32', [size]));
  const flat = (value: typeof dy) => context.reshape(value, [sizeOfShape(value.shape)]);
  const scattered = context.node('ScatterElements', [zeros, flat(indices), flat(dy)], zeros, {
    attributes: { axis: { i: 0 }, reduction: { s: 'add' } },
  });
  return laidOut(context.reshape(scattered, shape), channelsFirst);
};
