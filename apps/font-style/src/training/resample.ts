/** Which square of an enlarged picture is wanted. */
export interface Window {
  /** How much larger the picture is made than the result, at least 1. */
  readonly scale: number;
  /** Left edge of the window in pixels of the enlarged picture, from 0 to (scale − 1)·side. */
  readonly left: number;
  readonly top: number;
}

/** The shares that pixels of a line have in one pixel of the result. */
interface Tap {
  readonly first: number;
  readonly shares: Float32Array;
}

/**
 * Draws a square picture larger and cuts a square out of it: linear interpolation between pixel
 * centres where it grows, and a triangle as wide as the step where it shrinks, so that thin strokes
 * become grey and do not vanish.
 *
 * @param pixels `from`² values, row by row
 * @param from side of the picture in pixels
 * @param to side of the result in pixels
 * @returns `to`² values
 */
export function resample(
  pixels: Float32Array,
  from: number,
  to: number,
  { scale, left, top }: Window,
): Float32Array {
  if (from === to && scale === 1) return pixels.slice();
  const [columns, rows] = [left, top].map((offset) => tapsOf(from, to, scale, offset));
  const between = new Float32Array(from * to);
  for (let y = 0; y < from; y++) {
    for (let x = 0; x < to; x++) {
      const { first, shares } = columns![x]!;
      let sum = 0;
      for (let tap = 0; tap < shares.length; tap++)
        sum += shares[tap]! * pixels[y * from + first + tap]!;
      between[y * to + x] = sum;
    }
  }
  const result = new Float32Array(to * to);
  for (let y = 0; y < to; y++) {
    const { first, shares } = rows![y]!;
    for (let tap = 0; tap < shares.length; tap++) {
      const line = (first + tap) * to;
      for (let x = 0; x < to; x++) result[y * to + x]! += shares[tap]! * between[line + x]!;
    }
  }
  return result;
}

function tapsOf(from: number, to: number, scale: number, offset: number): Tap[] {
  const step = from / (scale * to);
  const reach = Math.max(1, step);
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5 + offset) * step - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(from - 1, Math.floor(centre + reach));
    const shares = Float32Array.from({ length: last - first + 1 }, (_share, tap) =>
      Math.max(0, 1 - Math.abs(first + tap - centre) / reach),
    );
    const total = shares.reduce((sum, share) => sum + share, 0);
    return { first, shares: shares.map((share) => share / total) };
  });
}
