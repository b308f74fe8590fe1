import type { AttrsOf } from '../capture/kernels.ts';
import { convInfo } from '../shapes/convolution.ts';
import { convLowering } from './conv/convLowering.ts';
import { convAttributes } from './conv/nativeConv.ts';
import { channelsFirst, laidOut, type Lowered, type LoweringCall } from './context.ts';

export const lowerConv = ({
  context,
  inputs,
  attrs,
}: LoweringCall<{ readonly x: Lowered; readonly filter: Lowered }, AttrsOf<'Conv2D'>>): Lowered => {
  const info = convInfo('Conv2D', inputs.x.shape, inputs.filter.shape, attrs);
  return convLowering(context, info).forward(inputs.x, inputs.filter);
};

/** Also tfjs's transposed convolution. */
export const lowerConvInputGradient = ({
  context,
  inputs,
  attrs,
}: LoweringCall<
  { readonly dy: Lowered; readonly filter: Lowered },
  AttrsOf<'Conv2DBackpropInput'>
>): Lowered => {
  const info = convInfo('Conv2DBackpropInput', attrs.inputShape, inputs.filter.shape, attrs);
  return convLowering(context, info).inputGradient(inputs.dy, inputs.filter);
};

export const lowerConvFilterGradient = ({
  context,
  inputs,
  attrs,
}: LoweringCall<
  { readonly x: Lowered; readonly dy: Lowered },
  AttrsOf<'Conv2DBackpropFilter'>
>): Lowered => {
  const info = convInfo('Conv2DBackpropFilter', inputs.x.shape, attrs.filterShape, attrs);
  return convLowering(context, info).filterGradient(inputs.x, inputs.dy);
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
  const info = convInfo('DepthwiseConv2dNative', inputs.x.shape, inputs.filter.shape, attrs, true);
  const x = context.dense(inputs.x, channelsFirst);
  const [height, width, channels, multiplier] = inputs.filter.shape as [
    number,
    number,
    number,
    number,
  ];
  const filter = context.reshape(context.dense(inputs.filter, [2, 3, 0, 1]), [
    channels * multiplier,
    1,
    height,
    width,
  ]);
  const shape = channelsFirst.map((axis) => outputs[0]!.shape[axis]!);
  const value = context.node(
    'Conv',
    [x, filter],
    { dtype: 'float32', shape },
    {
      attributes: { ...convAttributes(info), group: { i: channels } },
    },
  );
  return laidOut(value, channelsFirst);
};
