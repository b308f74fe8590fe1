import type { Point } from './traceContours.ts';

/** a + b·scale. */
export const along = (a: Point, b: Point, scale: number): Point => ({
  x: a.x + b.x * scale,
  y: a.y + b.y * scale,
});

/** a − b. */
export const minus = (a: Point, b: Point): Point => ({ x: a.x - b.x, y: a.y - b.y });

/** The scalar product. */
export const dot = (a: Point, b: Point): number => a.x * b.x + a.y * b.y;

/** The z component of the vector product: positive when b points to the right of a in a picture. */
export const cross = (a: Point, b: Point): number => a.x * b.y - a.y * b.x;

/** The distance between two places. */
export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** The direction from one place to another, of length 1; (0, 0) when they are the same. */
export function direction(from: Point, to: Point): Point {
  const length = distance(from, to);
  return length === 0
    ? { x: 0, y: 0 }
    : { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
}
