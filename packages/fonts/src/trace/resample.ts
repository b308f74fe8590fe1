import type { Contour, Point } from './traceContours.ts';
import { distance } from './vectors.ts';

/** Fewest points of a contour. */
const leastPoints = 8;

/**
 * Puts points on a closed line at equal distances along it.
 *
 * @param step distance in pixels; as near to it as the length allows
 */
export function resample(contour: Contour, step: number): Contour {
  const lengths = contour.map((point, place) =>
    distance(point, contour[(place + 1) % contour.length]!),
  );
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const count = Math.max(leastPoints, Math.round(total / step));
  const points: Point[] = [];
  let [side, passed] = [0, 0];
  for (let place = 0; place < count; place++) {
    const at = (place * total) / count;
    while (side < contour.length - 1 && passed + lengths[side]! <= at) passed += lengths[side++]!;
    const [from, to] = [contour[side]!, contour[(side + 1) % contour.length]!];
    const share = lengths[side] === 0 ? 0 : (at - passed) / lengths[side]!;
    points.push({ x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) });
  }
  return points;
}
