import { UserError } from '../errors.ts';
import { type HostTensor, hostTensor, sizeOf } from '../hostTensor.ts';

/** How {@link sampleTensor} chooses its values. */
export interface SampleOptions {
  /** The same seed gives the same values. Default 1. */
  readonly seed?: number;
  /** Smallest value. Default -2. */
  readonly low?: number;
  /** Largest value. Default 2. */
  readonly high?: number;
  /** Points that the values keep a distance from, where the function has a kink. Default none. */
  readonly kinks?: readonly number[];
  /** The distance from each kink, and between distinct values. Default 0.1. */
  readonly margin?: number;
  /** Whether any two values differ by at least `margin`, as a maximum needs. Default false. */
  readonly distinct?: boolean;
}

/** Multiples of this have short mantissas, so that adding a step to them is exact in float32. */
const GRID = 1 / 256;

/** Numbers in [0, 1) by Marsaglia's xorshift32: enough for test values, the same everywhere. */
export function pseudoRandom(seed: number): () => number {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 0x1_0000_0000;
  };
}

/**
 * Deterministic values for a test's input, away from the points where its function has no
 * derivative.
 *
 * @param shape extents; `[]` for a scalar
 * @param options range, seed, kinks; see {@link SampleOptions}
 * @throws UserError when the range cannot hold as many distinct values, or consists of kinks
 */
export function sampleTensor(
  shape: readonly number[],
  options: SampleOptions = {},
): HostTensor<'float32'> {
  const { seed = 1, low = -2, high = 2, kinks = [], margin = 0.1, distinct = false } = options;
  const size = sizeOf(shape);
  const random = pseudoRandom(seed);
  const candidates = gridValues(low, high, distinct ? margin : GRID).filter((value) =>
    kinks.every((kink) => Math.abs(value - kink) >= margin),
  );
  if (candidates.length < (distinct ? size : 1)) {
    throw new UserError(
      `sampleTensor: expected room for ${size} values between ${low} and ${high} with margin ` +
        `${margin}, found ${candidates.length}. Widen the range or lower the margin.`,
    );
  }
  const values = Float32Array.from({ length: size }, () => {
    const index = Math.floor(random() * candidates.length);
    const value = candidates[index] ?? 0;
    if (distinct) candidates.splice(index, 1);
    return value;
  });
  return hostTensor(shape, values);
}

function gridValues(low: number, high: number, spacing: number): number[] {
  const step = Math.ceil(spacing / GRID) * GRID;
  const first = Math.ceil(low / GRID) * GRID;
  return Array.from(
    { length: Math.floor((high - first) / step) + 1 },
    (_, index) => first + index * step,
  );
}
