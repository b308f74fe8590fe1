/**
 * Brings square pictures to another size: every new pixel is the mean of the area that it covers.
 *
 * @param pixels grey levels in rows, one picture after the other
 * @param from side of the pictures in pixels
 * @param to new side in pixels
 * @returns the same for the new size; not rounded
 */
export function resizePictures(pixels: Uint8Array, from: number, to: number): Float32Array {
  const count = pixels.length / (from * from);
  const weights = Array.from({ length: to }, (_, place) => shares(place, from / to, from));
  const rows = new Float32Array(to * from);
  const resized = new Float32Array(count * to * to);
  for (let picture = 0; picture < count; picture++) {
    const [start, end] = [picture * from * from, picture * to * to];
    for (let y = 0; y < to; y++) {
      const { first, parts } = weights[y]!;
      for (let x = 0; x < from; x++) {
        let sum = 0;
        for (let part = 0; part < parts.length; part++) {
          sum += parts[part]! * pixels[start + (first + part) * from + x]!;
        }
        rows[y * from + x] = sum;
      }
    }
    for (let x = 0; x < to; x++) {
      const { first, parts } = weights[x]!;
      for (let y = 0; y < to; y++) {
        let sum = 0;
        for (let part = 0; part < parts.length; part++) {
          sum += parts[part]! * rows[y * from + first + part]!;
        }
        resized[end + y * to + x] = sum;
      }
    }
  }
  return resized;
}

/** The old pixels that a new one covers, and how much of it each makes up. */
function shares(place: number, ratio: number, count: number) {
  const [from, to] = [place * ratio, (place + 1) * ratio];
  const first = Math.floor(from);
  const last = Math.min(count - 1, Math.max(first, Math.ceil(to - 1e-9) - 1));
  const parts = Array.from({ length: last - first + 1 }, (_, at) => {
    const pixel = first + at;
    return (Math.min(to, pixel + 1) - Math.max(from, pixel)) / ratio;
  });
  return { first, parts };
}
