import * as tf from '@tensorflow/tfjs';
import type { AttrsOf, InputsOf } from '../capture/kernels.ts';
import type { ValueType } from '../capture/graph.ts';
import { UserError } from '../errors.ts';
import { broadcastShapes } from './rule.ts';

type Shape4 = [number, number, number, number];

/** A convolution's geometry: everything that a lowering needs, NHWC. */
export type ConvInfo = tf.backend_util.Conv2DInfo;

interface ConvAttrs {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | AttrsOf<'Conv2D'>['pad'];
  dataFormat: 'NHWC' | 'NCHW';
  dilations?: [number, number] | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * The geometry of a convolution from its input shape [N,H,W,C] and filter shape [kh,kw,in,out].
 *
 * @throws UserError for NCHW graphs, which no layer here produces
 */
export function convInfo(
  who: string,
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: ConvAttrs,
  depthwise = false,
): ConvInfo {
  if (attrs.dataFormat === 'NCHW') {
    throw new UserError(`${who}: expected dataFormat NHWC, received NCHW. Transpose the tensors.`);
  }
  const info = tf.backend_util.computeConv2DInfo(
    [...inputShape] as Shape4,
    [...filterShape] as Shape4,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    depthwise,
    'channelsLast',
  );
  return coverLastWindow(info);
}

/**
 * Where the number of windows is rounded up, the last one reaches beyond the padding that was asked
 * for; the padding then goes as far, so that every geometry holds without rounding.
 */
function coverLastWindow(info: ConvInfo): ConvInfo {
  const { top, bottom, left, right, type } = info.padInfo;
  const lastRow = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight;
  const lastColumn = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth;
  const padInfo = {
    type,
    top,
    left,
    bottom: Math.max(bottom, lastRow - info.inHeight - top),
    right: Math.max(right, lastColumn - info.inWidth - left),
  };
  return { ...info, padInfo };
}

/** The geometry of a pooling window over [N,H,W,C]. */
export const poolInfo = (
  shape: readonly number[],
  attrs: Pick<AttrsOf<'AvgPool'>, 'filterSize' | 'strides' | 'pad'> & {
    dimRoundingMode?: 'floor' | 'round' | 'ceil';
  },
): ConvInfo =>
  coverLastWindow(
    tf.backend_util.computePool2DInfo(
      [...shape] as Shape4,
      attrs.filterSize,
      attrs.strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
      'channelsLast',
    ),
  );

export const convType = (
  { x, filter }: InputsOf<'Conv2D', ValueType>,
  attrs: AttrsOf<'Conv2D'>,
): ValueType => {
  const shape = convInfo('Conv2D', x.shape, filter.shape, attrs).outShape;
  const channels = [x.shape[3], filter.shape[2]];
  if (channels[0] !== channels[1]) {
    throw new UserError(
      `Conv2D: expected an input of ${channels[1]} channels, received ${channels[0]} (input ` +
        `[${x.shape.join(', ')}], filter [${filter.shape.join(', ')}]).`,
    );
  }
  return { dtype: x.dtype, shape };
};

export const convInputGradientType = (
  { dy }: InputsOf<'Conv2DBackpropInput', ValueType>,
  { inputShape }: AttrsOf<'Conv2DBackpropInput'>,
): ValueType => ({ dtype: dy.dtype, shape: inputShape });

export const convFilterGradientType = (
  { dy }: InputsOf<'Conv2DBackpropFilter', ValueType>,
  { filterShape }: AttrsOf<'Conv2DBackpropFilter'>,
): ValueType => ({ dtype: dy.dtype, shape: filterShape });

export const depthwiseType = (
  { x, filter }: InputsOf<'DepthwiseConv2dNative', ValueType>,
  attrs: AttrsOf<'DepthwiseConv2dNative'>,
): ValueType => ({
  dtype: x.dtype,
  shape: convInfo('DepthwiseConv2dNative', x.shape, filter.shape, attrs, true).outShape,
});

export const poolType = ({ x }: { x: ValueType }, attrs: AttrsOf<'AvgPool'>): ValueType => ({
  dtype: x.dtype,
  shape: poolInfo(x.shape, attrs).outShape,
});

/** The gradient of a pooling kernel has the shape of what was pooled. */
export const likeInput = ({ input }: { input: ValueType }): ValueType => input;

export const resizeType = (
  { images }: { images: ValueType },
  { size }: { size: [number, number] },
): ValueType => ({
  dtype: 'float32',
  shape: [images.shape[0]!, size[0], size[1], images.shape[3]!],
});

export const resizeNearestType = (
  inputs: { images: ValueType },
  attrs: { size: [number, number] },
): ValueType => ({ ...resizeType(inputs, attrs), dtype: inputs.images.dtype });

export const matMulType = (
  { a, b }: InputsOf<'BatchMatMul', ValueType>,
  { transposeA, transposeB }: AttrsOf<'BatchMatMul'>,
): ValueType => {
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const inner = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)];
  if (inner[0] !== inner[1]) {
    throw new UserError(
      `matMul: expected equal inner extents, received ${inner[0]} and ${inner[1]} ` +
        `([${a.shape.join(', ')}] × [${b.shape.join(', ')}]).`,
    );
  }
  const batch = broadcastShapes('matMul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  return { dtype: a.dtype, shape: [...batch, rows, columns] };
};
