import tracer from 'imagetracerjs';
import { inkThreshold } from './cleanPicture.ts';

/** A place in a picture, in pixels from its top left corner, y downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A closed line; the last point is followed by the first. */
export type Contour = readonly Point[];

/**
 * Traces the edges of the ink. imagetracerjs walks around every spot and every hole; each step of
 * the walk passes between a pixel of ink and one of paper, and the edge is put where the grey
 * level between their centres would be at the threshold. Beyond the picture there is paper.
 *
 * @param pixels grey levels in rows, ink 0 on paper 255
 * @param imageSize side of the picture in pixels
 * @returns contours with the ink on their left, as PostScript outlines have it: around spots
 *   counter-clockwise, around holes clockwise
 */
export function traceContours(pixels: Uint8Array, imageSize: number): readonly Contour[] {
  const level = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= imageSize || y >= imageSize ? 255 : pixels[y * imageSize + x]!;
  const layer = tracer.layeringstep({ array: bordered(level, imageSize) }, 1);
  return tracer.pathscan(layer, 0).map(({ points }) => {
    const crossings = points.map((from, place) =>
      crossingOf(from, points[(place + 1) % points.length]!, level),
    );
    const contour = crossings.map(({ x, y }) => ({ x, y }));
    return crossings[0]!.inkIsRight ? contour.reverse() : contour;
  });
}

/** Rows of 1 (ink) and 0, with the border that imagetracerjs walks on. */
function bordered(
  level: (x: number, y: number) => number,
  imageSize: number,
): readonly ArrayLike<number>[] {
  const row = (y: number): Int8Array =>
    Int8Array.from({ length: imageSize + 2 }, (_, at) => {
      const x = at - 1;
      const isOutside = x < 0 || y < 0 || x >= imageSize || y >= imageSize;
      return isOutside ? -1 : level(x, y) < inkThreshold ? 1 : 0;
    });
  return Array.from({ length: imageSize + 2 }, (_, at) => row(at - 1));
}

/** Where the edge crosses the line between the centres of the two pixels beside a step. */
function crossingOf(
  from: Point,
  to: Point,
  level: (x: number, y: number) => number,
): Point & { readonly inkIsRight: boolean } {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  // The pixels to the right and to the left of somebody who walks this way.
  const right = { x: from.x + (dx - dy - 1) / 2, y: from.y + (dx + dy - 1) / 2 };
  const left = { x: right.x + dy, y: right.y - dx };
  const [rightLevel, leftLevel] = [level(right.x, right.y), level(left.x, left.y)];
  // Between two levels, so that no pixel's centre lies on the edge.
  const share = (inkThreshold - 0.5 - rightLevel) / (leftLevel - rightLevel);
  return {
    x: right.x + 0.5 + share * dy,
    y: right.y + 0.5 - share * dx,
    inkIsRight: rightLevel < leftLevel,
  };
}
