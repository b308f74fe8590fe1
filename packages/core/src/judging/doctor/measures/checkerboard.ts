import type { HostTensor } from '@gan-zoo/compiler';
import { extentsOf, meanOf, pictureAt, type PictureExtents } from './pictures.ts';

/**
 * Strides of transposed convolutions in use: their patterns repeat every 2 or 3 pixels. Each with
 * the weights of a moving average in which such a pattern disappears.
 */
const movingAverages = { 2: [1 / 4, 1 / 2], 3: [1 / 3, 1 / 3] } as const;

/** A distance in pixels at which a pattern may repeat. */
export type PatternPeriod = keyof typeof movingAverages;

/** Longest side of a block in pixels: the pattern must agree between neighbouring blocks. */
const blockSide = 8;

/** Amplitudes below 1 % of a picture's range [-1, 1] cannot be seen, and count as this much. */
const visibleAmplitude = 0.02;

/**
 * How much stronger a pattern of the upsampling's period is in drawn pictures than in real ones:
 *
 *     checkerboard = max over periods p of A_p(fake) / max(A_p(real), 0.02)
 *
 * The amplitude A_p is that of the part of a picture that repeats every p pixels across and down
 * and stays in step over the picture. The picture's moving average over p pixels is taken off, which
 * leaves such a pattern as it is and takes away soft shades. A block of about 8 px is folded into its
 * p × p phases; A_p² is the product of a block's phases with those of the blocks to its right and
 * below, averaged over phases, channels, blocks and pictures. Noise, edges and texture differ from
 * block to block and cancel; a pattern made by a stride is the same in both. For p = 2 it is the
 * energy at the frequencies (π, 0), (0, π) and (π, π).
 *
 * Without unit: 1 is what the data have (or what cannot be seen). The pattern is that of Odena et
 * al., "Deconvolution and checkerboard artifacts" (Distill 2016, doi 10.23915/distill.00003).
 *
 * @param fakeImages shape [N, H, W, C]
 * @param realImages shape [M, H, W, C]
 * @returns undefined for pictures too small for two blocks
 */
export function relativeCheckerboard(
  fakeImages: HostTensor,
  realImages: HostTensor,
): number | undefined {
  const ratios = ([2, 3] as const).flatMap((period) => {
    const fake = patternAmplitude(fakeImages, period);
    const real = patternAmplitude(realImages, period);
    return fake === undefined || real === undefined
      ? []
      : [fake / Math.max(real, visibleAmplitude)];
  });
  return ratios.length === 0 ? undefined : Math.max(...ratios);
}

/**
 * The root mean square amplitude of the part of pictures that repeats every `period` pixels; see
 * {@link relativeCheckerboard}.
 *
 * @param images shape [N, H, W, C]
 * @param period in pixels
 * @returns in units of the pixels' values; undefined for pictures smaller than four periods
 */
export function patternAmplitude(images: HostTensor, period: PatternPeriod): number | undefined {
  const extents = extentsOf(images, 'patternAmplitude');
  const room = Math.floor(Math.min(extents.height, extents.width) / 2);
  const side = period * Math.floor(Math.min(blockSide, room) / period);
  if (side < 2 * period) return undefined;
  const energies = Array.from({ length: extents.count }, (_, index) =>
    coherentEnergy(withoutShades(pictureAt(images, index), extents, period), extents, side, period),
  );
  return Math.sqrt(Math.max(0, meanOf(energies)));
}

/** Takes a picture's moving average over period × period pixels off; its borders are mirrored. */
function withoutShades(
  picture: ArrayLike<number>,
  { height, width, channels }: PictureExtents,
  period: PatternPeriod,
): Float64Array {
  const [beside, middle] = movingAverages[period];
  /** The average along lines of `length` values that lie `stride` apart. */
  const average = (values: ArrayLike<number>, length: number, stride: number): Float64Array => {
    const result = new Float64Array(values.length);
    for (let at = 0; at < values.length; at++) {
      const place = Math.floor(at / stride) % length;
      const before = place === 0 ? at + stride : at - stride;
      const after = place === length - 1 ? at - stride : at + stride;
      result[at] = beside * (values[before]! + values[after]!) + middle * values[at]!;
    }
    return result;
  };
  const shades = average(average(picture, width, channels), height, width * channels);
  for (let at = 0; at < shades.length; at++) shades[at] = picture[at]! - shades[at]!;
  return shades;
}

/** The mean product of neighbouring blocks' phases. */
function coherentEnergy(
  picture: Float64Array,
  extents: PictureExtents,
  side: number,
  period: number,
): number {
  const rows = Math.floor(extents.height / side);
  const columns = Math.floor(extents.width / side);
  const blocks = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) =>
      foldBlock(picture, extents, { top: row * side, left: column * side, side }, period),
    ),
  );
  const products: number[] = [];
  blocks.forEach((line, row) =>
    line.forEach((block, column) => {
      for (const next of [line[column + 1], blocks[row + 1]?.[column]]) {
        if (next !== undefined) products.push(meanProduct(block, next));
      }
    }),
  );
  return meanOf(products);
}

/** The mean of a block's pixels by phase: [period, period, C]. */
function foldBlock(
  picture: Float64Array,
  { width, channels }: PictureExtents,
  { top, left, side }: { top: number; left: number; side: number },
  period: number,
): Float64Array {
  const phases = new Float64Array(period * period * channels);
  const perPhase = (side / period) ** 2;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const phase = (y % period) * period + (x % period);
      const pixel = (top + y) * width + left + x;
      for (let c = 0; c < channels; c++) {
        const value = picture[pixel * channels + c]! / perPhase;
        phases[phase * channels + c]! += value;
      }
    }
  }
  return phases;
}

const meanProduct = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, at) => sum + value * b[at]!, 0) / a.length;
