import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { paddedExtent } from './paddedExtent.ts';
import { cutMirrored, type Rectangle } from './pixelBlocks.ts';
import { tileSide, type TiledSide } from './tiles.ts';

/** Translates pictures [1, H, W, C] in [-1, 1] whose sides are multiples of the generator's. */
export type Generate = (images: HostTensor) => Promise<HostTensor>;

/** How pictures of any size are handed to a generator. */
export interface TranslationSizes {
  /** Pictures of more pixels are translated in tiles. */
  readonly maxPixels: number;
  /** Side of a tile in pixels. */
  readonly tileSize: number;
  /** Least overlap of two tiles in pixels; more than half a tile counts as half. */
  readonly tileOverlap: number;
  /** What the generator's sides have to be multiples of. */
  readonly multiple: number;
}

/** What a picture of some size is made of: whole, or tiles of one size. */
export interface TranslationPlan {
  /** Extents of what the generator gets: one program serves all plans with equal ones. */
  readonly height: number;
  readonly width: number;
  readonly tiles: number;
}

interface Layout extends TranslationPlan {
  readonly rows: TiledSide;
  readonly columns: TiledSide;
}

/** Plans a picture's translation by its size alone. */
export function planTranslation(
  height: number,
  width: number,
  sizes: TranslationSizes,
): TranslationPlan {
  return layOut(height, width, sizes);
}

/**
 * Translates a picture of any size: at once if it is small enough, else in overlapping tiles that
 * fade into each other. What the generator gets is padded by mirroring and cut back.
 *
 * Instance norm adapts to all that a generator sees at once, so tiles of different content come out
 * with somewhat different colours and contrasts; fading hides the seams, not the drift. Larger tiles
 * drift less.
 *
 * Shape: [1, H, W, C] in [-1, 1] → [1, H, W, channels of the generator]
 */
export async function translateImage(
  generate: Generate,
  image: HostTensor,
  sizes: TranslationSizes,
): Promise<HostTensor<'float32'>> {
  const [, height = 0, width = 0] = image.shape;
  const { rows, columns, ...extents } = layOut(height, width, sizes);
  let blended: { readonly channels: number; readonly values: Float32Array } | undefined;
  for (const [row, top] of rows.starts.entries()) {
    for (const [column, left] of columns.starts.entries()) {
      const area = { top, left, height: extents.height, width: extents.width };
      const drawn = await generate(cutMirrored(image, area));
      const channels = drawn.shape[3]!;
      blended ??= { channels, values: new Float32Array(height * width * channels) };
      const weights = { rows: rows.weights[row]!, columns: columns.weights[column]! };
      addWeighted(blended.values, width, drawn, area, weights);
    }
  }
  const { channels, values } = blended!;
  return hostTensor([1, height, width, channels], values);
}

function layOut(height: number, width: number, sizes: TranslationSizes): Layout {
  const { maxPixels, multiple } = sizes;
  const padded = { height: paddedExtent(height, multiple), width: paddedExtent(width, multiple) };
  if (padded.height * padded.width <= maxPixels) {
    const [rows, columns] = [tileSide(height, height, 0), tileSide(width, width, 0)];
    return { ...padded, tiles: 1, rows, columns };
  }
  const tile = Math.ceil(sizes.tileSize / multiple) * multiple;
  const overlap = Math.min(sizes.tileOverlap, Math.floor(tile / 2));
  const [rows, columns] = [tileSide(height, tile, overlap), tileSide(width, tile, overlap)];
  return {
    height: Math.min(tile, padded.height),
    width: Math.min(tile, padded.width),
    tiles: rows.starts.length * columns.starts.length,
    ...{ rows, columns },
  };
}

/** Adds a tile to the picture; what lies beyond the weights is padding. */
function addWeighted(
  values: Float32Array,
  width: number,
  drawn: HostTensor,
  area: Rectangle,
  weights: { readonly rows: Float32Array; readonly columns: Float32Array },
): void {
  const channels = drawn.shape[3]!;
  weights.rows.forEach((down, row) =>
    weights.columns.forEach((across, column) => {
      const weight = down * across;
      const from = (row * area.width + column) * channels;
      const to = ((area.top + row) * width + area.left + column) * channels;
      for (let channel = 0; channel < channels; channel++) {
        values[to + channel]! += weight * drawn.data[from + channel]!;
      }
    }),
  );
}
