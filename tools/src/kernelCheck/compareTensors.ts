import type { RecordedTensor } from './kernelCall.ts';

/** How results differ. */
export interface Difference {
  /** Relative to the largest magnitude; infinite where that says nothing, as for integers. */
  readonly size: number;
  readonly reason: string;
}

/** The largest difference of floats that counts as rounding, relative to the largest magnitude. */
export const tolerance = 1e-4;

/** Floats nearer to zero than this have fewer digits, and TensorFlow takes them for zero. */
const smallestNormal = 2 ** -126;

/**
 * Compares a kernel's results with the recorded ones: dtypes, shapes, and values; floats to
 * {@link tolerance} of the largest finite magnitude, everything else exactly. NaN equals NaN, and
 * the sign of zero does not count.
 *
 * @param magnitude a magnitude to which differences are relative if the results have none as large.
 *   Default: 0
 * @returns the largest difference; undefined when they are equal
 */
export function compareTensors(
  expected: readonly RecordedTensor[],
  received: readonly RecordedTensor[],
  magnitude = 0,
): Difference | undefined {
  if (expected.length !== received.length) {
    return unlike(`expected ${expected.length} results, received ${received.length}`);
  }
  const differences = expected
    .map((tensor, at) => compareTensor(tensor, received[at]!, magnitude))
    .filter((difference) => difference !== undefined);
  return differences.sort((a, b) => b.size - a.size)[0];
}

/**
 * Compares results that are drawn at random: dtypes, shapes, and that all values are in a range.
 *
 * @param range smallest and largest value allowed
 */
export function compareRanges(
  expected: readonly RecordedTensor[],
  received: readonly RecordedTensor[],
  [smallest, largest]: readonly [number, number],
): Difference | undefined {
  const [wanted, found] = [expected, received].map((tensors) => tensors.map(describeType).join());
  if (wanted !== found) return unlike(`expected ${wanted}, received ${found}`);
  for (const { values } of received) {
    const outside = [...values].find((value) => !(+value >= smallest && +value <= largest));
    if (outside === undefined) continue;
    return unlike(`expected values from ${smallest} to ${largest}, received ${outside}`);
  }
  return undefined;
}

/** The dtype and shape of a tensor: `float32[2,3]`. */
export const describeType = ({ dtype, shape }: RecordedTensor): string =>
  `${dtype}[${shape.join()}]`;

/** The largest finite magnitude in a tensor; 0 in one of texts. */
export function largestMagnitude({ values }: RecordedTensor): number {
  let largest = 0;
  for (const value of values) {
    if (typeof value === 'number' && Number.isFinite(value)) {
      largest = Math.max(largest, Math.abs(value));
    }
  }
  return largest;
}

const unlike = (reason: string): Difference => ({ size: Infinity, reason });

function compareTensor(
  expected: RecordedTensor,
  received: RecordedTensor,
  magnitude: number,
): Difference | undefined {
  const [wanted, found] = [describeType(expected), describeType(received)];
  if (wanted !== found) return unlike(`expected ${wanted}, received ${found}`);
  if (expected.dtype !== 'float32' && expected.dtype !== 'complex64') {
    const at = [...expected.values].findIndex((value, at) => value !== received.values[at]);
    if (at < 0) return undefined;
    return unlike(`expected ${expected.values[at]}, received ${received.values[at]}`);
  }
  const scale = Math.max(largestMagnitude(expected), magnitude, smallestNormal);
  return largestDifference(expected.values as Float32Array, received.values as Float32Array, scale);
}

function largestDifference(
  expected: Float32Array,
  received: Float32Array,
  scale: number,
): Difference | undefined {
  let worst: Difference | undefined;
  for (const [at, value] of expected.entries()) {
    const actual = received[at]!;
    if (Object.is(value, actual) || value === actual) continue;
    const distance = Math.abs(actual - value);
    const size = Number.isFinite(distance) ? distance / scale : Infinity;
    if (size > tolerance && size > (worst?.size ?? 0)) {
      worst = { size, reason: `expected ${short(value)}, received ${short(actual)}` };
    }
  }
  return worst;
}

/** A float32 with the digits that it has. */
const short = (value: number): string => String(Number(value.toPrecision(7)));
