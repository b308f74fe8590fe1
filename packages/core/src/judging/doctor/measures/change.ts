import type { HostTensor } from '@gan-zoo/compiler';
import { extentsOf, rmsDistance, shrinkPictures } from './pictures.ts';

/** Pictures and pixels that are kept of a look, to compare the next one with. */
const [keptPictures, keptSide] = [4, 8];

/** Levels per unit of a pixel's value: 16 bits hold −2 … 2. */
const levels = 2 ** 14 - 1;

/** Steps between two looks from which on their distance no longer matters. */
const fullInterval = 100;

/** What is kept of drawn pictures, as JSON. */
export interface Thumbnails {
  /** 16-bit values, little-endian, in base64. */
  readonly values: string;
}

/** Keeps the first four pictures at 8 px: little enough to go into every checkpoint. */
export function thumbnailsOf(images: HostTensor): Thumbnails {
  const { count, channels, height, width } = extentsOf(images, 'thumbnailsOf');
  const kept = Math.min(keptPictures, count);
  const data = images.data.subarray(0, kept * height * width * channels);
  const first: HostTensor = { dtype: images.dtype, shape: [kept, height, width, channels], data };
  const values = shrinkPictures(first, keptSide).flatMap((vector) => [...vector]);
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, at) => {
    const bounded = Math.max(-2, Math.min(2, Number.isNaN(value) ? 0 : value));
    bytes.writeInt16LE(Math.round(bounded * levels), 2 * at);
  });
  return { values: bytes.toString('base64') };
}

/**
 * How much drawn pictures have changed since the last look: the root mean square difference of the
 * first four at 8 px, as a share of the mean distance between two real pictures; of looks less than
 * 100 steps apart it is extrapolated to 100 steps. Without unit: 0 is no change at all.
 *
 * @param now and `before`: of the same drawn pictures
 * @param steps between the two looks
 * @param realDistance mean distance between two real pictures, above 0
 * @returns undefined when the looks cannot be compared
 */
export function relativeChange({
  now,
  before,
  steps,
  realDistance,
}: {
  readonly now: Thumbnails;
  readonly before: Thumbnails;
  readonly steps: number;
  readonly realDistance: number;
}): number | undefined {
  const [a, b] = [valuesOf(now), valuesOf(before)];
  if (a.length !== b.length || steps <= 0 || !(realDistance > 0)) return undefined;
  return rmsDistance(a, b) / realDistance / Math.min(1, steps / fullInterval);
}

function valuesOf({ values }: Thumbnails): number[] {
  const bytes = Buffer.from(values, 'base64');
  return Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readInt16LE(2 * at) / levels);
}
