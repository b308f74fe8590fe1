import type { ConvInfo } from '../../shapes/convolution.ts';
import type { OnnxValue } from '../../onnx/graph.ts';
import type { LoweringContext } from '../context.ts';
import { gatherSums } from './gatherSums.ts';

interface Tiling {
  readonly info: ConvInfo;
  /** Outputs per tile and side, m. */
  readonly tile: number;
  /** Input blocks per tile and side, n. */
  readonly side: number;
  /** Tiles per image, down and across. */
  readonly rows: number;
  readonly columns: number;
}

/**
 * Adds up overlapping tiles: rows of channels in the order (i, j, image, tile row, tile column, row
 * in block, column in block) → [N, H, W, C].
 */
export function overlapAdd(context: LoweringContext, rows: OnnxValue, tiling: Tiling): OnnxValue {
  const { info, tile, side } = tiling;
  const { batchSize, strideHeight: s, padInfo, inHeight, inWidth } = info;
  const covering = (extent: number, before: number, tiles: number): Cover[][] =>
    Array.from({ length: extent }, (_, at) => coveringTiles(at + before, s, tiling, tiles));
  return gatherSums(context, rows, {
    key: `tiles ${JSON.stringify([tile, side, info.inShape, s, padInfo, info.outShape])}`,
    shape: info.inShape,
    down: covering(inHeight, padInfo.top, tiling.rows),
    across: covering(inWidth, padInfo.left, tiling.columns),
    rowOf: (image, row, column) => {
      const position = (row.inner * side + column.inner) * batchSize + image;
      const at = (position * tiling.rows + row.tile) * tiling.columns + column.tile;
      return (at * s + row.inBlock) * s + column.inBlock;
    },
  });
}

interface Cover {
  readonly tile: number;
  readonly inner: number;
  readonly inBlock: number;
}

/** The tiles that cover a padded coordinate, with the place in the tile and in its block. */
function coveringTiles(at: number, stride: number, { tile, side }: Tiling, tiles: number): Cover[] {
  const block = Math.floor(at / stride);
  return Array.from({ length: tiles }, (_, index) => ({
    tile: index,
    inner: block - index * tile,
    inBlock: at % stride,
  })).filter(({ inner }) => inner >= 0 && inner < side);
}
