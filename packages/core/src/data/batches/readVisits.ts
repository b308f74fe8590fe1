import { hostTensor, UserError, type HostTensor } from '@gan-zoo/compiler';
import type { ImageDataset } from '../folders/imageDataset.ts';
import type { Visit } from './visits.ts';

/** What a byte of a pixel becomes: 0 … 255 to -1 … 1. */
const SCALED = Float32Array.from({ length: 256 }, (_, value) => value / 127.5 - 1);

/** How the rows of an image lie in memory. */
interface Geometry {
  /** Side of the image that is read, in pixels. */
  readonly loadSize: number;
  /** Side of the square that is cut out of it. */
  readonly imageSize: number;
  readonly channels: number;
}

/**
 * Reads images, cut and mirrored as their visits say.
 *
 * Shape: [visits.length, imageSize, imageSize, channels], float32 in [-1, 1].
 */
export async function readVisits(
  dataset: ImageDataset,
  visits: readonly Visit[],
  imageSize: number,
): Promise<HostTensor<'float32'>> {
  const { channels, imageSize: loadSize } = dataset;
  const pixels = await dataset.read(visits.map(({ image }) => image));
  const imageValues = imageSize * imageSize * channels;
  const values = new Float32Array(visits.length * imageValues);
  const geometry = { loadSize, imageSize, channels };
  visits.forEach((visit, place) => {
    const from = place * loadSize * loadSize * channels;
    cut(pixels, from, values, place * imageValues, geometry, visit);
  });
  return hostTensor([visits.length, imageSize, imageSize, channels], values);
}

/** Scales bytes as {@link readVisits} does, nothing cut. */
export const scaleBytes = (pixels: Uint8Array): Float32Array =>
  Float32Array.from(pixels, (byte) => SCALED[byte]!);

function cut(
  pixels: Uint8Array,
  from: number,
  values: Float32Array,
  to: number,
  { loadSize, imageSize, channels }: Geometry,
  { top, left, mirrored }: Visit,
): void {
  const rowValues = imageSize * channels;
  for (let row = 0; row < imageSize; row++) {
    const source = from + ((top + row) * loadSize + left) * channels;
    const target = to + row * rowValues;
    if (mirrored) mirrorRow(pixels, source, values, target, imageSize, channels);
    else for (let at = 0; at < rowValues; at++) values[target + at] = SCALED[pixels[source + at]!]!;
  }
}

function mirrorRow(
  pixels: Uint8Array,
  source: number,
  values: Float32Array,
  target: number,
  columns: number,
  channels: number,
): void {
  for (let column = 0; column < columns; column++) {
    const pixel = source + (columns - 1 - column) * channels;
    for (let channel = 0; channel < channels; channel++) {
      values[target + column * channels + channel] = SCALED[pixels[pixel + channel]!]!;
    }
  }
}

/**
 * The margin within which a square of `imageSize` can be cut out of a dataset's images.
 *
 * @throws UserError when the images are smaller than that
 */
export function marginOf(dataset: ImageDataset, imageSize: number): number {
  if (Number.isInteger(imageSize) && imageSize >= 1 && imageSize <= dataset.imageSize) {
    return dataset.imageSize - imageSize;
  }
  throw new UserError(
    `data: expected an image size from 1 to the load size, ${dataset.imageSize} px, ` +
      `received ${imageSize}. Use a larger --load-size or a smaller --image-size.`,
  );
}
