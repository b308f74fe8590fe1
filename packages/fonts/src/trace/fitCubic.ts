import type { Point } from './traceContours.ts';
import { along, direction, distance, dot, minus } from './vectors.ts';

/** A piece of a curve from where the one before it ended. */
export interface CurvePiece {
  /** Both control points; a straight line has none. */
  readonly controls?: readonly [Point, Point];
  readonly to: Point;
}

/** Points on each side that a direction between two pieces is taken from. */
const tangentReach = 3;
/** Times that points are assigned anew to places on a curve that nearly fits. */
const rounds = 3;

/**
 * Fits lines and cubic Bézier curves to an open line of points: one piece if none of the points is
 * further away than the tolerance, else the line is divided where it is worst, and both parts go on
 * in one direction there (Schneider 1990, An Algorithm for Automatically Fitting Digitized Curves).
 *
 * @param points two or more
 * @param startTangent direction in which the line leaves its first point, of length 1
 * @param endTangent direction in which it would be followed back from its last point
 * @param tolerance largest distance in pixels
 */
export function fitCubic(
  points: readonly Point[],
  startTangent: Point,
  endTangent: Point,
  tolerance: number,
): readonly CurvePiece[] {
  const last = points.length - 1;
  if (isStraight(points, tolerance)) return [{ to: points[last]! }];
  let places = chordPlaces(points);
  let worst = 0;
  for (let round = 0; round <= rounds; round++) {
    const curve = bestCurve(points, places, startTangent, endTangent);
    const largest = largestError(points, curve, places);
    if (largest.error <= tolerance) return [{ controls: [curve[1], curve[2]], to: points[last]! }];
    worst = largest.worst;
    if (largest.error > 4 * tolerance) break;
    places = places.map((place, at) => nearerPlace(curve, points[at]!, place));
  }
  worst = Math.min(last - 1, Math.max(1, worst));
  const tangent = tangentAt(points, worst);
  const backwards = { x: -tangent.x, y: -tangent.y };
  return [
    ...fitCubic(points.slice(0, worst + 1), startTangent, backwards, tolerance),
    ...fitCubic(points.slice(worst), tangent, endTangent, tolerance),
  ];
}

type Cubic = readonly [Point, Point, Point, Point];

function isStraight(points: readonly Point[], tolerance: number): boolean {
  const [first, last] = [points[0]!, points.at(-1)!];
  if (points.length === 2) return true;
  const ahead = direction(first, last);
  if (ahead.x === 0 && ahead.y === 0) return false;
  return points.every((point) => {
    const offset = minus(point, first);
    return Math.abs(offset.x * ahead.y - offset.y * ahead.x) <= tolerance;
  });
}

function tangentAt(points: readonly Point[], place: number): Point {
  const reach = Math.min(tangentReach, place, points.length - 1 - place);
  return direction(points[place - reach]!, points[place + reach]!);
}

function wayAlong(points: readonly Point[]): number {
  let way = 0;
  for (let at = 1; at < points.length; at++) way += distance(points[at]!, points[at - 1]!);
  return way;
}

/** Places on the curve, from 0 to 1, by the way along the points. */
function chordPlaces(points: readonly Point[]): readonly number[] {
  const ways = [0];
  for (let at = 1; at < points.length; at++) {
    ways.push(ways[at - 1]! + distance(points[at]!, points[at - 1]!));
  }
  const total = ways.at(-1)!;
  return ways.map((way) => (total === 0 ? 0 : way / total));
}

/** Least squares for how far the control points lie in the given directions. */
function bestCurve(
  points: readonly Point[],
  places: readonly number[],
  startTangent: Point,
  endTangent: Point,
): Cubic {
  const [first, last] = [points[0]!, points.at(-1)!];
  let [c00, c01, c11, x0, x1] = [0, 0, 0, 0, 0];
  const tangents = dot(startTangent, endTangent);
  for (const [at, t] of places.entries()) {
    const s = 1 - t;
    const [b1, b2] = [3 * t * s * s, 3 * t * t * s];
    const [b01, b23] = [s * s * s + b1, t * t * t + b2];
    const [rx, ry] = [
      points[at]!.x - first.x * b01 - last.x * b23,
      points[at]!.y - first.y * b01 - last.y * b23,
    ];
    c00 += b1 * b1;
    c01 += b1 * b2 * tangents;
    c11 += b2 * b2;
    x0 += b1 * (startTangent.x * rx + startTangent.y * ry);
    x1 += b2 * (endTangent.x * rx + endTangent.y * ry);
  }
  const determinant = c00 * c11 - c01 * c01;
  const chord = distance(first, last);
  let start = determinant === 0 ? 0 : (x0 * c11 - x1 * c01) / determinant;
  let end = determinant === 0 ? 0 : (c00 * x1 - c01 * x0) / determinant;
  // Backwards, without length or out into loops: a third of the way, as in a straight line.
  const [least, most] = [1e-6 * chord, wayAlong(points)];
  const isSound = (reach: number): boolean => reach > least && reach < most;
  if (!isSound(start) || !isSound(end)) start = end = chord / 3;
  return [first, along(first, startTangent, start), along(last, endTangent, end), last];
}

function pointOn([a, b, c, d]: Cubic, t: number): Point {
  const s = 1 - t;
  const [w0, w1, w2, w3] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  return {
    x: w0 * a.x + w1 * b.x + w2 * c.x + w3 * d.x,
    y: w0 * a.y + w1 * b.y + w2 * c.y + w3 * d.y,
  };
}

function largestError(
  points: readonly Point[],
  curve: Cubic,
  places: readonly number[],
): { readonly error: number; readonly worst: number } {
  let [error, worst] = [0, points.length >> 1];
  for (let at = 1; at < points.length - 1; at++) {
    const off = distance(points[at]!, pointOn(curve, places[at]!));
    if (off > error) [error, worst] = [off, at];
  }
  return { error, worst };
}

/** One step of Newton's towards the place on the curve that is nearest to a point. */
function nearerPlace([a, b, c, d]: Cubic, point: Point, t: number): number {
  const [ab, bc, cd] = [minus(b, a), minus(c, b), minus(d, c)];
  const s = 1 - t;
  const slope = along(along(along({ x: 0, y: 0 }, ab, 3 * s * s), bc, 6 * s * t), cd, 3 * t * t);
  const bend = along(along({ x: 0, y: 0 }, minus(bc, ab), 6 * s), minus(cd, bc), 6 * t);
  const off = minus(pointOn([a, b, c, d], t), point);
  const denominator = dot(slope, slope) + dot(off, bend);
  if (denominator === 0) return t;
  return Math.min(1, Math.max(0, t - dot(off, slope) / denominator));
}
