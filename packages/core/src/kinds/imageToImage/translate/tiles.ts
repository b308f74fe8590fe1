/** How one side of a picture is covered by tiles. */
export interface TiledSide {
  /** First pixel of each tile. */
  readonly starts: readonly number[];
  /** Pixels that neighbours share. */
  readonly overlap: number;
  /** Weights of each tile's pixels; those of all tiles over a pixel add up to 1. */
  readonly weights: readonly Float32Array[];
}

/** The part of an overlap, at either end, in which only one tile counts. */
const ignoredShare = 1 / 4;

/**
 * Covers a side by as few tiles as overlap by at least `overlap`, at even distances. In an overlap
 * the one tile fades out as the other fades in, along a cosine; the last quarter of a tile, where
 * the generator saw a mirrored edge in place of the picture, does not count at all.
 *
 * @param length of the side, in pixels
 * @param tile extent of a tile, in pixels
 * @param overlap least overlap, at most half a tile
 */
export function tileSide(length: number, tile: number, overlap: number): TiledSide {
  if (length <= tile) {
    return { starts: [0], overlap: 0, weights: [new Float32Array(length).fill(1)] };
  }
  const count = Math.ceil((length - overlap) / (tile - overlap));
  const starts = Array.from({ length: count }, (_, index) =>
    Math.round((index * (length - tile)) / (count - 1)),
  );
  const shared = Math.min(...starts.slice(1).map((start, at) => starts[at]! + tile - start));
  const ramp = Math.min(shared, Math.floor(tile / 2));
  const raw = starts.map((start) =>
    Float32Array.from({ length: tile }, (_, place) => {
      const before = start === 0 ? 1 : fade(place + 0.5, ramp);
      const after = start + tile === length ? 1 : fade(tile - place - 0.5, ramp);
      return before * after;
    }),
  );
  return { starts, overlap: shared, weights: normalised(raw, starts, length) };
}

/** 0 at the edge of a tile, 1 at the other end of the overlap. */
function fade(distance: number, overlap: number): number {
  const ignored = overlap * ignoredShare;
  const share = Math.min(1, Math.max(0, (distance - ignored) / (overlap - 2 * ignored)));
  return 0.5 - 0.5 * Math.cos(Math.PI * share);
}

function normalised(
  raw: readonly Float32Array[],
  starts: readonly number[],
  length: number,
): Float32Array[] {
  const sums = new Float64Array(length);
  raw.forEach((weights, tile) =>
    weights.forEach((weight, place) => (sums[starts[tile]! + place]! += weight)),
  );
  return raw.map((weights, tile) =>
    weights.map((weight, place) => weight / sums[starts[tile]! + place]!),
  );
}
