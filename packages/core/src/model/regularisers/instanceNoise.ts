import { hostTensor, sizeOf, type HostTensor } from '@gan-zoo/compiler';
import type { Random } from '../random/index.ts';

/**
 * The standard deviation of instance noise at a step: from the full one at step 0 in a straight line
 * to 0 at `lastStep`, where it stays.
 */
export const instanceNoiseAt = (full: number, lastStep: number, step: number): number =>
  full * Math.max(0, 1 - step / lastStep);

/** Normal numbers to choose from: so many, and for large pictures at least so many times theirs. */
const LEAST_BANK = 2 ** 20;
const BANK_PICTURES = 8;

/** Arguments of {@link NoiseBank}'s `draw`. */
export interface NoiseArguments {
  /** [N, H, W, C] */
  readonly shape: readonly number[];
  /** Names the use; equal names and steps give equal noise. */
  readonly stream: string;
  readonly step: number;
  readonly standardDeviation: number;
}

/** Normal noise for whole batches of pictures at the price of a copy. */
export interface NoiseBank {
  /** Noise for a batch of pictures. */
  draw(args: NoiseArguments): HostTensor;
}

/**
 * Noise for every pixel of every picture that a discriminator sees is a million normal numbers a
 * step, which to draw takes as long as a step on a small machine. So numbers are drawn once, and
 * each picture gets a window of them at a random place, with a random sign: within a picture the
 * pixels are independent, and no two steps see the same noise.
 *
 * A function of the run's seed alone: nothing of it has to be saved.
 */
export function createNoiseBank(random: Random): NoiseBank {
  let bank: Float32Array = new Float32Array();
  const bankFor = (pictureSize: number): Float32Array => {
    const size = Math.max(LEAST_BANK, BANK_PICTURES * pictureSize);
    if (bank.length < size) bank = random.stream('instanceNoise/bank').at(0).normals(size);
    // Not more than asked for: what else was drawn must not matter.
    return bank.subarray(0, size);
  };
  return {
    draw: ({ shape, stream, step, standardDeviation }) => {
      const pictureSize = sizeOf(shape.slice(1));
      const normals = bankFor(pictureSize);
      const draws = random.stream(stream).at(step);
      const values = new Float32Array(sizeOf(shape));
      for (let start = 0; start < values.length; start += pictureSize) {
        const from = draws.integer(normals.length - pictureSize + 1);
        const factor = draws.integer(2) === 0 ? standardDeviation : -standardDeviation;
        for (let at = 0; at < pictureSize; at++) values[start + at] = factor * normals[from + at]!;
      }
      return hostTensor(shape, values);
    },
  };
}
