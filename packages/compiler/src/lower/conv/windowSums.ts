import type { ConvInfo } from '../../shapes/convolution.ts';
import type { OnnxValue } from '../../onnx/graph.ts';
import type { LoweringContext } from '../context.ts';
import { gatherSums } from './gatherSums.ts';

/**
 * Adds up the taps of overlapping windows: rows of channels in the order (image, window row, window
 * column, tap row, tap column) → [N, H, W, C]. It is the transpose of gathering windows.
 *
 * @param zeroRow the number of a row of zeros, if there is one; see {@link gatherSums}
 */
export function windowSums(
  context: LoweringContext,
  rows: OnnxValue,
  info: ConvInfo,
  zeroRow?: number,
): OnnxValue {
  const { outHeight, outWidth, filterHeight, filterWidth, padInfo, strideHeight } = info;
  const { strideWidth, dilationHeight, dilationWidth } = info;
  const geometry = [strideHeight, strideWidth, dilationHeight, dilationWidth, zeroRow ?? ''];
  return gatherSums(context, rows, {
    key: `windows ${JSON.stringify([info.inShape, info.outShape, info.filterShape, padInfo, geometry])}`,
    shape: info.inShape,
    down: Array.from({ length: info.inHeight }, (_, y) =>
      seeing(y + padInfo.top, strideHeight, dilationHeight, outHeight, filterHeight),
    ),
    across: Array.from({ length: info.inWidth }, (_, x) =>
      seeing(x + padInfo.left, strideWidth, dilationWidth, outWidth, filterWidth),
    ),
    rowOf: (image, row, column) => {
      const window = (image * outHeight + row.window) * outWidth + column.window;
      return (window * filterHeight + row.tap) * filterWidth + column.tap;
    },
    zeroRow,
  });
}

interface Sight {
  readonly window: number;
  readonly tap: number;
}

/** The windows that see a padded coordinate, each with the tap that does. */
function seeing(
  at: number,
  stride: number,
  dilation: number,
  windows: number,
  taps: number,
): Sight[] {
  return Array.from({ length: taps }, (_, tap) => ({
    tap,
    window: (at - tap * dilation) / stride,
  })).filter(({ window }) => Number.isInteger(window) && window >= 0 && window < windows);
}
