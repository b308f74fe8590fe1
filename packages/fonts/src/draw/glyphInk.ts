import { createHash } from 'node:crypto';

/** Ink below this share of the picture is no glyph: a tenth of a full stop. */
const leastInkShare = 0.0002;

/** The black share of a picture, 0 to 1. */
export function inkShare(pixels: Uint8Array): number {
  let paper = 0;
  for (const level of pixels) paper += level;
  return 1 - paper / (255 * pixels.length);
}

/** Whether a picture shows nothing, whatever the font's tables promise. */
export const isBlank = (pixels: Uint8Array): boolean => inkShare(pixels) < leastInkShare;

/** Whether ink reaches the picture's edge, as it does where a glyph is cut off. */
export function touchesEdge(pixels: Uint8Array, imageSize: number): boolean {
  const last = imageSize - 1;
  for (let place = 0; place < imageSize; place++) {
    const edges = [place, last * imageSize + place, place * imageSize, place * imageSize + last];
    if (edges.some((at) => pixels[at]! < 128)) return true;
  }
  return false;
}

/** Equal for equal pictures. */
export const pictureHash = (pixels: Uint8Array): string =>
  createHash('md5').update(pixels).digest('base64');
