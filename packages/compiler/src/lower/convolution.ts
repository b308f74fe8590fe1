import type { AttrsOf } from '../capture/kernels.ts';
import { convInfo, type ConvInfo } from '../shapes/convolution.ts';
import type { Attribute } from '../onnx/graph.ts';
import { channelsFirst, filterLayout, laidOut, type Lowered, type LoweringCall } from './context.ts';

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

export const lowerConv = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<{ readonly x: Lowered; readonly filter: Lowered }, AttrsOf<'Conv2D'>>): Lowered => {
  const info = convInfo('Conv2D', inputs.x.shape, inputs.filter.shape, attrs);
  const x = context.dense(inputs.x, channelsFirst);
  const filter = context.dense(inputs.filter, filterLayout);
  const shape = channelsFirst.map((axis) => outputs[0]!.shape[axis]!);
  const value = context.node('Conv', [x, filter], { dtype: 'float32', shape }, {
    attributes: convAttributes(info),
  });
  return laidOut(value, channelsFirst);
};

/**
 * The gradient of a convolution's input, which is also tfjs's transposed convolution: ONNX's
 * ConvTranspose, whose [in,out,kh,kw] weights are the same filter read the other way round.
 */
export const lowerConvInputGradient = ({
  context,
  inputs,
  attrs,
}: LoweringCall<{ readonly dy: Lowered; readonly filter: Lowered }, AttrsOf<'Conv2DBackpropInput'>>): Lowered => {
  const info = convInfo('Conv2DBackpropInput', attrs.inputShape, inputs.filter.shape, attrs);
  const dy = context.dense(inputs.dy, channelsFirst);
  const filter = context.dense(inputs.filter, filterLayout);
  const { top, left, bottom, right } = info.padInfo;
  const covered = (out: number, stride: number, kernel: number, pads: number): number =>
    (out - 1) * stride + kernel - pads;
  const missing = [
    info.inHeight - covered(info.outHeight, info.strideHeight, info.filterHeight, top + bottom),
    info.inWidth - covered(info.outWidth, info.strideWidth, info.filterWidth, left + right),
  ];
  const shape = channelsFirst.map((axis) => attrs.inputShape[axis]!);
  const value = context.node('ConvTranspose', [dy, filter], { dtype: 'float32', shape }, {
    attributes: {
      ...convAttributes(info),
      ...(missing.some((rows) => rows > 0) ? { output_padding: { ints: missing } } : {}),
    },
  });
  return laidOut(value, channelsFirst);
};

/** One filter per channel: a grouped convolution; output channels are ordered (channel, multiplier). */
export const lowerDepthwiseConv = ({
  context,
  inputs,
  attrs,
  outputs,
}: LoweringCall<
  { readonly x: Lowered; readonly filter: Lowered },
  AttrsOf<'DepthwiseConv2dNative'>
>): Lowered => {
  const info = convInfo(
    'DepthwiseConv2dNative',
    inputs.x.shape,
    inputs.filter.shape,
    attrs as AttrsOf<'Conv2D'>,
    true,
  );
  const x = context.dense(inputs.x, channelsFirst);
  const [height, width, channels, multiplier] = inputs.filter.shape as [number, number, number, number];
  const filter = context.reshape(context.dense(inputs.filter, [2, 3, 0, 1]), [
    channels * multiplier,
    1,
    height,
    width,
  ]);
  const shape = channelsFirst.map((axis) => outputs[0]!.shape[axis]!);
  const value = context.node('Conv', [x, filter], { dtype: 'float32', shape }, {
    attributes: { ...convAttributes(info), group: { i: channels } },
  });
  return laidOut(value, channelsFirst);
};
