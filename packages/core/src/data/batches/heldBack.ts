import { createHash } from 'node:crypto';
import { UserError } from '@gan-zoo/compiler';

/** Images to train on, and those that training never sees. */
export interface HeldBackSplit {
  /** Numbers of the images to train on, ascending. */
  readonly training: Int32Array;
  /** Numbers of the images held back, in an order of the seed. */
  readonly heldBack: Int32Array;
}

/** Options of {@link splitHeldBack}. */
export interface HeldBackOptions {
  /** The run's seed. */
  readonly seed: number;
  /** How many images to hold back; never more than a tenth of them. */
  readonly count: number;
  /** How many images training needs at least, such as one batch; default 1. */
  readonly minimumTraining?: number;
}

/**
 * Chooses images that training leaves out, to measure by. The choice follows from the seed and
 * each image's own name: a folder that grows keeps most of it, and two folders with the same names
 * hold the same ones back.
 *
 * @param names of all images, by number
 * @throws UserError when the count is not a whole number of at least 0
 */
export function splitHeldBack(
  names: readonly string[],
  { seed, count, minimumTraining = 1 }: HeldBackOptions,
): HeldBackSplit {
  if (!Number.isInteger(count) || count < 0) {
    throw new UserError(
      `data: expected a number of held-back images of at least 0, received ${count}. ` +
        `0 trains on all of them.`,
    );
  }
  const spare = Math.max(0, names.length - minimumTraining);
  const held = Math.min(count, Math.floor(names.length / 10), spare);
  const order = held === 0 ? allNumbers(names) : seededOrder(names, seed);
  return { training: order.slice(held).sort(), heldBack: order.slice(0, held) };
}

const allNumbers = (names: readonly string[]): Int32Array =>
  Int32Array.from(names, (_, image) => image);

/**
 * The numbers of images in an order that follows from the seed and each one's own name.
 *
 * @param names by number
 */
export function seededOrder(names: readonly string[], seed: number): Int32Array {
  const keys = names.map((name) =>
    createHash('sha256').update(`${seed}/${name}`).digest().readUIntBE(0, 6),
  );
  return allNumbers(names).sort((left, right) => keys[left]! - keys[right]! || left - right);
}
