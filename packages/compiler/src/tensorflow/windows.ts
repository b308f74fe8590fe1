import type { backend_util } from '@tensorflow/tfjs';
import type { OperationAttribute, TensorFlowBackend } from './kernel.ts';

export type ConvInfo = backend_util.Conv2DInfo;

/** Rows above, rows below, columns left and columns right of a picture. */
type Margins = readonly [above: number, below: number, left: number, right: number];

/**
 * The padding behind the last element with which TensorFlow arrives at tfjs's number of windows,
 * which rounds up where it is told to, and takes a filter for square where the padding is a number.
 *
 * @param after the padding that was asked for
 */
export function marginAfter(
  extent: number,
  windows: number,
  stride: number,
  size: number,
  [before, after]: readonly [number, number],
): number {
  if (Math.floor((extent + before + after - size) / stride) + 1 === windows) return after;
  return Math.max(0, (windows - 1) * stride + size - extent - before);
}

function marginsOf(info: ConvInfo): Margins {
  const { top, bottom, left, right } = info.padInfo;
  const { inHeight, outHeight, strideHeight, effectiveFilterHeight } = info;
  const { inWidth, outWidth, strideWidth, effectiveFilterWidth } = info;
  return [
    top,
    marginAfter(inHeight, outHeight, strideHeight, effectiveFilterHeight, [top, bottom]),
    left,
    marginAfter(inWidth, outWidth, strideWidth, effectiveFilterWidth, [left, right]),
  ];
}

/** Strides, padding and layout of a convolution over [N, H, W, C]. */
export function windowAttributes(
  backend: TensorFlowBackend,
  info: ConvInfo,
): readonly OperationAttribute[] {
  const { TF_ATTR_INT: int, TF_ATTR_STRING: string } = backend.binding;
  const strides = [1, info.strideHeight, info.strideWidth, 1];
  const common = [
    { name: 'strides', type: int, value: strides },
    { name: 'data_format', type: string, value: 'NHWC' },
  ];
  const margins = marginsOf(info);
  if (margins.every((margin) => margin === 0)) {
    return [...common, { name: 'padding', type: string, value: 'VALID' }];
  }
  return [
    ...common,
    { name: 'padding', type: string, value: 'EXPLICIT' },
    { name: 'explicit_paddings', type: int, value: [0, 0, ...margins, 0, 0] },
  ];
}

/** Distances between the elements of a filter. */
export const dilationAttribute = (
  backend: TensorFlowBackend,
  info: ConvInfo,
): OperationAttribute => ({
  name: 'dilations',
  type: backend.binding.TF_ATTR_INT,
  value: [1, info.dilationHeight, info.dilationWidth, 1],
});
