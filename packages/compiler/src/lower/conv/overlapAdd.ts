import type { ConvInfo } from '../../shapes/convolution.ts';
import type { OnnxValue } from '../../onnx/graph.ts';
import type { LoweringContext } from '../context.ts';

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

/** Pixels that receive the same number of contributions, with the rows that contribute. */
interface Group {
  readonly pixels: number[];
  /** `sources[k]` holds every pixel's k-th contribution. */
  readonly sources: number[][];
}

/**
 * Adds up overlapping tiles: rows of channels in the order (i, j, image, tile row, tile column, row
 * in block, column in block) → [N, H, W, C].
 *
 * Pixels are grouped by how many tiles cover them; each group takes one Gather per contribution, and
 * a last Gather puts the pixels in order. Pixels that no tile covers are zero.
 */
export function overlapAdd(context: LoweringContext, rows: OnnxValue, tiling: Tiling): OnnxValue {
  const { info } = tiling;
  const channels = info.inChannels;
  const key = JSON.stringify([
    tiling.tile,
    tiling.side,
    info.inShape,
    info.strideHeight,
    info.padInfo,
    info.outShape,
  ]);
  const groups = groupPixels(tiling);
  const gather = (source: OnnxValue, name: string, indices: readonly number[]): OnnxValue => {
    const constant = context.sharedConstant(`overlap ${key} ${name}`, () => {
      return { data: Int32Array.from(indices), shape: [indices.length], dtype: 'int32' };
    });
    const type = { dtype: 'float32' as const, shape: [indices.length, channels] };
    return context.node('Gather', [source, constant], type, { attributes: { axis: { i: 0 } } });
  };
  const sums = groups.map(({ pixels, sources }, g) => {
    if (sources.length === 0) return zeros(context, pixels.length, channels);
    return sources
      .map((source, k) => gather(rows, `${g} ${k}`, source))
      .reduce((sum, part) => context.node('Add', [sum, part], sum));
  });
  const count = info.batchSize * info.inHeight * info.inWidth;
  const all =
    sums.length === 1
      ? sums[0]!
      : context.node(
          'Concat',
          sums,
          { dtype: 'float32', shape: [count, channels] },
          { attributes: { axis: { i: 0 } } },
        );
  const place = new Array<number>(count);
  groups.flatMap(({ pixels }) => pixels).forEach((pixel, at) => (place[pixel] = at));
  return context.reshape(gather(all, 'order', place), [...info.inShape]);
}

const zeros = (context: LoweringContext, count: number, channels: number): OnnxValue =>
  context.node('Expand', [context.scalar(0), context.ints([count, channels])], {
    dtype: 'float32',
    shape: [count, channels],
  });

function groupPixels(tiling: Tiling): Group[] {
  const { info } = tiling;
  const { batchSize, strideHeight: s, padInfo, inHeight, inWidth } = info;
  const down = Array.from({ length: inHeight }, (_, y) =>
    coveringTiles(y + padInfo.top, s, tiling, tiling.rows),
  );
  const across = Array.from({ length: inWidth }, (_, x) =>
    coveringTiles(x + padInfo.left, s, tiling, tiling.columns),
  );
  const groups = new Map<number, Group>();
  for (let image = 0; image < batchSize; image++) {
    down.forEach((rowTiles, y) =>
      across.forEach((columnTiles, x) => {
        const count = rowTiles.length * columnTiles.length;
        const group = groups.get(count) ?? {
          pixels: [],
          sources: Array.from({ length: count }, () => []),
        };
        groups.set(count, group);
        group.pixels.push((image * inHeight + y) * inWidth + x);
        rowTiles.forEach((row, a) =>
          columnTiles.forEach((column, b) => {
            const position = (row.inner * tiling.side + column.inner) * batchSize + image;
            const tile = (position * tiling.rows + row.tile) * tiling.columns + column.tile;
            group.sources[a * columnTiles.length + b]!.push(
              (tile * s + row.inBlock) * s + column.inBlock,
            );
          }),
        );
      }),
    );
  }
  return [...groups.values()];
}

/** The tiles that cover a padded coordinate, with the place in the tile and in its block. */
function coveringTiles(
  at: number,
  stride: number,
  { tile, side }: Tiling,
  tiles: number,
): { tile: number; inner: number; inBlock: number }[] {
  const block = Math.floor(at / stride);
  return Array.from({ length: tiles }, (_, index) => ({
    tile: index,
    inner: block - index * tile,
    inBlock: at % stride,
  })).filter(({ inner }) => inner >= 0 && inner < side);
}
