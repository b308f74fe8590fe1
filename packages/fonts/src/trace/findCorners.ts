import type { Contour, Point } from './traceContours.ts';
import { along, cross, direction, distance, dot } from './vectors.ts';

/** Distance between the points that corners are looked for in, in pixels. */
export const cornerStep = 0.5;

/** A corner turns by at least this within two pixels; a circle of 2 px radius does too. */
const leastTurn = (55 * Math.PI) / 180;
/** Directions are taken from here … */
const near = 1;
/** … to here, counted in points from the corner; grey levels cut off the corner itself. */
const far = 4;
/** Largest distance from the traced line to a corner that is put back, in pixels. */
const largestShift = 0.7;

/** Where a contour turns sharply. */
export interface Corner {
  /** Place among the contour's points. */
  readonly place: number;
  /** Where the sides on both hands meet: a little outside the traced line, which is cut short. */
  readonly point: Point;
}

/**
 * Finds the corners of a closed line and puts back what tracing cuts off them.
 *
 * @param points at distances of {@link cornerStep}
 */
export function findCorners(points: Contour): readonly Corner[] {
  const count = points.length;
  if (count < 4 * far) return [];
  const at = (place: number): Point => points[(place + count) % count]!;
  const turns = points.map((_, place) => {
    const before = direction(at(place - far), at(place - near));
    const after = direction(at(place + near), at(place + far));
    return Math.abs(Math.atan2(cross(before, after), dot(before, after)));
  });
  const isLargest = (place: number): boolean => {
    for (let other = 1 - far; other < far; other++) {
      const turn = turns[(place + other + count) % count]!;
      // Of equal ones the first.
      if (turn > turns[place]! || (turn === turns[place]! && other < 0)) return false;
    }
    return true;
  };
  return points.flatMap((point, place) => {
    if (turns[place]! < leastTurn || !isLargest(place)) return [];
    return [{ place, point: meetingPoint(point, at, place) }];
  });
}

/** Where the lines through both sides of a corner meet, if that is near; else the point itself. */
function meetingPoint(point: Point, at: (place: number) => Point, place: number): Point {
  const [first, second] = [at(place - far), at(place + far)];
  const before = direction(first, at(place - near - 1));
  const after = direction(second, at(place + near + 1));
  const sine = cross(before, after);
  if (Math.abs(sine) < 0.2) return point;
  const reach = cross({ x: second.x - first.x, y: second.y - first.y }, after) / sine;
  const meeting = along(first, before, reach);
  return distance(meeting, point) <= largestShift ? meeting : point;
}
