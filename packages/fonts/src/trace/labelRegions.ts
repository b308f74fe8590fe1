/** Pixels that hang together. */
export interface Region {
  /** Its pixels' places. */
  readonly pixels: readonly number[];
  /** Whether it reaches the edge of the picture. */
  readonly touchesEdge: boolean;
}

/**
 * Finds the regions of a square picture in which all pixels are of a kind.
 *
 * @param mask one entry per pixel, in rows: not 0 where a pixel is of the kind
 * @param imageSize side of the picture in pixels
 * @param corners whether pixels that only share a corner hang together
 */
export function labelRegions(
  mask: Uint8Array,
  imageSize: number,
  corners: boolean,
): readonly Region[] {
  const seen = new Uint8Array(mask.length);
  const regions: Region[] = [];
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] === 0 || seen[start] === 1) continue;
    seen[start] = 1;
    const pixels = [start];
    let touchesEdge = false;
    // The list grows while it is read.
    for (let next = 0; next < pixels.length; next++) {
      const pixel = pixels[next]!;
      const x = pixel % imageSize;
      const y = (pixel - x) / imageSize;
      if (x === 0 || y === 0 || x === imageSize - 1 || y === imageSize - 1) touchesEdge = true;
      for (let dy = y > 0 ? -1 : 0; dy <= (y < imageSize - 1 ? 1 : 0); dy++) {
        for (let dx = x > 0 ? -1 : 0; dx <= (x < imageSize - 1 ? 1 : 0); dx++) {
          const neighbour = pixel + dy * imageSize + dx;
          if (!corners && dx !== 0 && dy !== 0) continue;
          if (mask[neighbour] === 0 || seen[neighbour] === 1) continue;
          seen[neighbour] = 1;
          pixels.push(neighbour);
        }
      }
    }
    regions.push({ pixels, touchesEdge });
  }
  return regions;
}
