/** Grey level at which the edge of the ink is. */
const edgeLevel = 127.5;

/** Times that the enlarged picture is corrected, each time by this share of what it lacks. */
const [rounds, gain] = [6, 0.5];

/**
 * Enlarges a picture of ink with soft edges, so that its grey levels tell where the edges run: a
 * pixel that is grey because a thin stroke covers a part of it becomes a thin stroke. The picture is
 * interpolated (Catmull and Rom's cubics), its ink is counted as if it were scanned again, and what
 * differs from the picture is added, interpolated, a few times over (iterative back-projection:
 * Irani and Peleg 1991, Improving Resolution by Image Registration).
 *
 * @param pixels grey levels in rows, ink 0 on paper 255
 * @param imageSize side of the picture in pixels
 * @param factor whole number
 * @returns grey levels of a picture `factor` times as wide and high
 */
export function enlargePicture(pixels: Uint8Array, imageSize: number, factor: number): Uint8Array {
  const taps = tapsOf(imageSize, factor);
  const large = interpolate(Float32Array.from(pixels), imageSize, taps);
  for (let round = 0; round < rounds; round++) {
    const scanned = scan(large, imageSize, factor);
    const missing = scanned.map((level, at) => pixels[at]! - level);
    const correction = interpolate(missing, imageSize, taps);
    for (let at = 0; at < large.length; at++) large[at]! += gain * correction[at]!;
  }
  return new Uint8Array(Uint8ClampedArray.from(large).buffer);
}

type Four = readonly [number, number, number, number];

/** For every place of an enlarged line four places of the line, and their weights. */
interface Taps {
  readonly places: Int32Array;
  readonly weights: Float32Array;
}

function tapsOf(length: number, factor: number): Taps {
  const places = new Int32Array(4 * length * factor);
  const weights = new Float32Array(4 * length * factor);
  for (let to = 0; to < length * factor; to++) {
    const at = (to + 0.5) / factor - 0.5;
    const first = Math.floor(at);
    for (let tap = 0; tap < 4; tap++) {
      const place = first - 1 + tap;
      places[4 * to + tap] = Math.min(length - 1, Math.max(0, place));
      weights[4 * to + tap] = cubicWeight(Math.abs(at - place));
    }
  }
  return { places, weights };
}

const cubicWeight = (x: number): number =>
  x < 1 ? 1.5 * x ** 3 - 2.5 * x ** 2 + 1 : x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;

function interpolate(rows: Float32Array, side: number, taps: Taps): Float32Array {
  return enlargeRows(enlargeRows(rows, side, taps), side, taps);
}

/** Enlarges the rows of a picture and turns it by its diagonal. */
function enlargeRows(rows: Float32Array, length: number, { places, weights }: Taps): Float32Array {
  const count = rows.length / length;
  const wide = places.length / 4;
  const turned = new Float32Array(count * wide);
  for (let to = 0; to < wide; to++) {
    const [p0, p1, p2, p3] = places.subarray(4 * to, 4 * to + 4) as unknown as Four;
    const [w0, w1, w2, w3] = weights.subarray(4 * to, 4 * to + 4) as unknown as Four;
    for (let row = 0, at = 0; row < count; row++, at += length) {
      turned[to * count + row] =
        w0 * rows[at + p0]! + w1 * rows[at + p1]! + w2 * rows[at + p2]! + w3 * rows[at + p3]!;
    }
  }
  return turned;
}

/** The grey levels of a picture's pixels by the ink in its enlargement. */
function scan(large: Float32Array, imageSize: number, factor: number): Float32Array {
  const levels = new Float32Array(imageSize ** 2);
  const wide = imageSize * factor;
  for (let y = 0, at = 0; y < wide; y++) {
    const row = Math.floor(y / factor) * imageSize;
    for (let x = 0; x < imageSize; x++) {
      let sum = 0;
      for (const end = at + factor; at < end; at++) {
        // An edge's levels change by 255 within one pixel of the picture.
        const level = edgeLevel + factor * (large[at]! - edgeLevel);
        sum += level < 0 ? 0 : level > 255 ? 255 : level;
      }
      levels[row + x]! += sum;
    }
  }
  return levels.map((sum) => sum / factor ** 2);
}
