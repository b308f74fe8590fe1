import { UserError } from '@gan-zoo/compiler';
import { philox4x32, type PhiloxKey } from './philox.ts';

const WORD_RANGE = 2 ** 32;
const SAFE_RANGE = 2 ** 53;

/** Options of {@link RandomDraws.normals}. */
export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** At least 0; default 1. */
  readonly standardDeviation?: number;
}

/** The numbers that belong to one index of a stream; each call goes on where the last one ended. */
export interface RandomDraws {
  /** A number in [0, 1): a multiple of 2^-53 (two words). */
  uniform(): number;

  /**
   * A whole number in [0, below), every one equally likely (drawn again instead of folded).
   *
   * @param below a whole number from 1 to 2^53 - 1
   * @throws UserError for any other bound
   */
  integer(below: number): number;

  /** A draw from N(0, 1), by Box and Muller's method (1958); never further out than 6.77. */
  normal(): number;

  /**
   * Numbers in [0, 1), multiples of 2^-24 (one word each), so that float32 holds them exactly.
   *
   * @throws UserError when `count` is not a whole number of at least 0, here and below
   */
  uniforms(count: number): Float32Array;

  /** What `count` calls of {@link normal} would give, scaled and shifted. */
  normals(count: number, options?: NormalOptions): Float32Array;

  /** The numbers 0 … count - 1 in random order, every order equally likely (Fisher–Yates). */
  permutation(count: number): Int32Array;

  /**
   * Ones with the given probability, otherwise zeros.
   *
   * @param probability from 0 (all zeros) to 1 (all ones), resolved to 2^-32
   */
  bernoulli(count: number, probability: number): Float32Array;
}

/** Starts the draws of one index under a stream's key; `name` is for error messages. */
export function createDraws(key: PhiloxKey, index: number, name: string): RandomDraws {
  const who = (method: string): string => `random stream "${name}": ${method}`;
  const word = wordSource(key, index);
  const normal = normalSource(word);
  const integer = (below: number): number => {
    assertBound(who('integer'), below);
    return below <= WORD_RANGE
      ? unbiased(below, WORD_RANGE, word)
      : unbiased(below, SAFE_RANGE, () => safeInteger(word));
  };
  return {
    uniform: () => safeInteger(word) / SAFE_RANGE,
    integer,
    normal,
    uniforms: (count) => fill(who('uniforms'), count, () => (word() >>> 8) * 2 ** -24),
    normals: (count, { mean = 0, standardDeviation = 1 } = {}) => {
      assertNormal(who('normals'), mean, standardDeviation);
      return fill(who('normals'), count, () => mean + standardDeviation * normal());
    },
    permutation: (count) => {
      assertCount(who('permutation'), count);
      return shuffled(count, integer);
    },
    bernoulli: (count, probability) => {
      assertProbability(who('bernoulli'), probability);
      const threshold = probability * WORD_RANGE;
      return fill(who('bernoulli'), count, () => (word() < threshold ? 1 : 0));
    },
  };
}

/** Hands out the words of consecutive blocks, the place within the index in the low counter. */
function wordSource(key: PhiloxKey, index: number): () => number {
  const words = new Uint32Array(4);
  const indexLow = index % WORD_RANGE;
  const indexHigh = Math.floor(index / WORD_RANGE);
  let block = 0;
  let used = 4;
  return () => {
    if (used === 4) {
      philox4x32([block++, 0, indexLow, indexHigh], key, words);
      used = 0;
    }
    return words[used++]!;
  };
}

/** Two normals from every two words; the second one waits for the next call. */
function normalSource(word: () => number): () => number {
  let spare = 0;
  let hasSpare = false;
  return () => {
    if (hasSpare) {
      hasSpare = false;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log((word() + 0.5) / WORD_RANGE));
    const angle = 2 * Math.PI * (word() / WORD_RANGE);
    spare = radius * Math.sin(angle);
    hasSpare = true;
    return radius * Math.cos(angle);
  };
}

/** 53 bits of two words. */
const safeInteger = (word: () => number): number => (word() >>> 5) * 2 ** 26 + (word() >>> 6);

/** Draws from [0, range) until the value lies below the largest multiple of `below`. */
function unbiased(below: number, range: number, draw: () => number): number {
  const limit = range - (range % below);
  let value = draw();
  while (value >= limit) value = draw();
  return value % below;
}

function shuffled(count: number, integer: (below: number) => number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, place) => place);
  for (let last = count - 1; last > 0; last--) {
    const other = integer(last + 1);
    const moved = order[last]!;
    order[last] = order[other]!;
    order[other] = moved;
  }
  return order;
}

function fill(who: string, count: number, draw: () => number): Float32Array {
  assertCount(who, count);
  const values = new Float32Array(count);
  for (let place = 0; place < count; place++) values[place] = draw();
  return values;
}

function assertCount(who: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 0) return;
  throw new UserError(
    `${who}: expected a count that is a whole number of at least 0, received ${String(count)}.`,
  );
}

function assertBound(who: string, below: number): void {
  if (Number.isSafeInteger(below) && below >= 1) return;
  throw new UserError(
    `${who}: expected a bound that is a whole number from 1 to 2^53 - 1, received ${String(below)}.`,
  );
}

function assertProbability(who: string, probability: number): void {
  if (probability >= 0 && probability <= 1) return;
  throw new UserError(
    `${who}: expected a probability from 0 to 1, received ${String(probability)}.`,
  );
}

function assertNormal(who: string, mean: number, standardDeviation: number): void {
  if (Number.isFinite(mean) && Number.isFinite(standardDeviation) && standardDeviation >= 0) return;
  throw new UserError(
    `${who}: expected a finite mean and a standard deviation of at least 0, ` +
      `received mean ${String(mean)} and standard deviation ${String(standardDeviation)}.`,
  );
}
