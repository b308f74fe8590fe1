import { cornerStep, findCorners } from './findCorners.ts';
import { fitCubic, type CurvePiece } from './fitCubic.ts';
import { resample } from './resample.ts';
import type { Contour, Point } from './traceContours.ts';
import { direction } from './vectors.ts';

/** A closed curve: it ends where it starts. */
export interface ClosedCurve {
  readonly start: Point;
  readonly pieces: readonly CurvePiece[];
}

/** Points at which directions at the ends of a line are taken. */
const tangentReach = 3;
/** Points beside a corner that tracing has moved. */
const cutPoints = 1;

/**
 * Turns a traced line into a curve of few points: corners are kept, everything between them becomes
 * lines and cubic Bézier curves.
 *
 * @param tolerance largest distance from the traced line in pixels
 */
export function fitContour(contour: Contour, tolerance: number): ClosedCurve {
  const points = resample(contour, cornerStep);
  const breaks = breaksOf(points);
  const pieces = breaks.flatMap((from, place) => {
    const to = breaks[(place + 1) % breaks.length]!;
    const line = lineBetween(points, from, to);
    const startTangent = from.tangent ?? direction(line[0]!, line[reachIn(line)]!);
    const endTangent =
      to.tangent === undefined
        ? direction(line.at(-1)!, line.at(-1 - reachIn(line))!)
        : { x: -to.tangent.x, y: -to.tangent.y };
    return fitCubic(line, startTangent, endTangent, tolerance);
  });
  return { start: breaks[0]!.point, pieces };
}

/** Where a contour is divided before fitting. */
interface Break {
  readonly place: number;
  readonly point: Point;
  /** Direction of the contour; undefined at corners, which have two. */
  readonly tangent?: Point;
}

/** Corners; on a contour with fewer than two, the outermost points on the left and right too. */
function breaksOf(points: Contour): readonly Break[] {
  const corners: readonly Break[] = findCorners(points);
  if (corners.length >= 2) return corners;
  const count = points.length;
  const smooth = (place: number): Break => ({
    place,
    point: points[place]!,
    tangent: direction(points[(place - 2 + count) % count]!, points[(place + 2) % count]!),
  });
  const leftmost = indexOfLeast(points.map(({ x }) => x));
  const rightmost = indexOfLeast(points.map(({ x }) => -x));
  const isFree = (place: number): boolean =>
    corners.every((corner) => {
      const gap = Math.abs(corner.place - place);
      return Math.min(gap, count - gap) > 2 * tangentReach;
    });
  const outermost = [leftmost, rightmost].filter(isFree).map(smooth);
  return [...corners, ...outermost].sort((a, b) => a.place - b.place);
}

function indexOfLeast(values: readonly number[]): number {
  return values.reduce((best, value, at) => (value < values[best]! ? at : best), 0);
}

/** The points from one break to the next, without those that tracing moved at corners. */
function lineBetween(points: Contour, from: Break, to: Break): readonly Point[] {
  const count = points.length;
  const end = to.place > from.place ? to.place : to.place + count;
  const first = from.place + 1 + (from.tangent === undefined ? cutPoints : 0);
  const last = end - 1 - (to.tangent === undefined ? cutPoints : 0);
  const line = [from.point];
  for (let place = first; place <= last; place++) line.push(points[place % count]!);
  line.push(to.point);
  return line;
}

const reachIn = (line: readonly Point[]): number => Math.min(tangentReach, line.length - 1);
