import { UserError, type HostTensor } from '@gan-zoo/compiler';
import { createRandom, type Random } from '../../model/random/index.ts';

/** A distance between two sets of pictures, measured on several subsets of them. */
export interface KernelDistance {
  /** Mean of the subsets' unbiased estimates; about 0 for equal distributions, or a little below. */
  readonly mean: number;
  /** Spread of a single subset's estimate; 0 when there is only one. */
  readonly standardDeviation: number;
  readonly subsets: number;
  /** Pictures of each set in a subset. */
  readonly subsetSize: number;
}

/** Options of {@link kernelInceptionDistance}. */
export interface KernelDistanceOptions {
  /** How many subsets are drawn; default 100. */
  readonly subsets?: number;
  /**
   * Pictures of each set per subset, drawn without repetition. Default: half of the smaller set, at
   * most 1,000. As many as both sets have means one estimate from everything.
   */
  readonly subsetSize?: number;
  /** Chooses the subsets; default: seed 0. */
  readonly random?: Random;
}

/**
 * Kernel distance of Bińkowski et al. 2018 (arXiv 1801.01401): the unbiased estimate of the squared
 * maximum mean discrepancy between two sets of features with the kernel (x·y/d + 1)³, on subsets.
 *
 *     1/(m(m−1)) Σ_{i≠j} k(xᵢ, xⱼ) + 1/(m(m−1)) Σ_{i≠j} k(yᵢ, yⱼ) − 2/m² Σᵢⱼ k(xᵢ, yⱼ)
 *
 * With MobileNetV2's features in place of Inception's, the numbers compare runs of this project with
 * each other, never with published KIDs or FIDs. Memory grows with the square of the sets' sizes
 * (1,000 each: 24 MB).
 *
 * Shape: x [M, D] and y [N, D], M and N at least 2.
 *
 * @throws UserError for other shapes, or subsets of fewer than 2 or more than the smaller set has
 */
export function kernelInceptionDistance(
  x: HostTensor,
  y: HostTensor,
  options: KernelDistanceOptions = {},
): KernelDistance {
  assertFeatures(x, y);
  const [m, n] = [x.shape[0]!, y.shape[0]!];
  const smaller = Math.min(m, n);
  const { subsetSize = Math.min(1000, Math.max(2, Math.floor(smaller / 2))) } = options;
  assertSubset(subsetSize, smaller);
  const subsets = subsetSize === m && subsetSize === n ? 1 : (options.subsets ?? 100);
  const kernels = kernelsOf(x, y);
  const { random = createRandom(0) } = options;
  const estimates = Array.from({ length: subsets }, (_, subset) => {
    const choose = (set: string, count: number): Int32Array =>
      random.stream(`kid/${set}`).at(subset).permutation(count).subarray(0, subsetSize);
    return squaredDiscrepancy(kernels, choose('x', m), choose('y', n));
  });
  const mean = estimates.reduce((sum, value) => sum + value, 0) / subsets;
  const variance = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / subsets;
  return { mean, standardDeviation: Math.sqrt(variance), subsets, subsetSize };
}

/**
 * The estimate of {@link kernelInceptionDistance} from everything at once, with sets of different
 * sizes too: the least noisy one that a few pictures allow.
 *
 * Shape: x [M, D] and y [N, D], M and N at least 2.
 *
 * @throws UserError for other shapes
 */
export function squaredMeanDiscrepancy(x: HostTensor, y: HostTensor): number {
  assertFeatures(x, y);
  const all = (count: number): Int32Array => Int32Array.from({ length: count }, (_, at) => at);
  return squaredDiscrepancy(kernelsOf(x, y), all(x.shape[0]!), all(y.shape[0]!));
}

interface Kernels {
  readonly xx: Float64Array;
  readonly yy: Float64Array;
  readonly xy: Float64Array;
  readonly m: number;
  readonly n: number;
}

const kernelsOf = (x: HostTensor, y: HostTensor): Kernels => ({
  ...{ xx: kernelMatrix(x, x), yy: kernelMatrix(y, y), xy: kernelMatrix(x, y) },
  ...{ m: x.shape[0]!, n: y.shape[0]! },
});

/** All k(a, b) in rows; of doubles, since the estimate is a small difference of large sums. */
function kernelMatrix(a: HostTensor, b: HostTensor): Float64Array {
  const [rows, columns, width] = [a.shape[0]!, b.shape[0]!, a.shape[1]!];
  const kernels = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = a === b ? row : 0; column < columns; column++) {
      let product = 0;
      const [left, right] = [row * width, column * width];
      for (let at = 0; at < width; at++) product += a.data[left + at]! * b.data[right + at]!;
      const kernel = (product / width + 1) ** 3;
      kernels[row * columns + column] = kernel;
      if (a === b) kernels[column * columns + row] = kernel;
    }
  }
  return kernels;
}

/** The estimate on chosen rows of both sets. */
function squaredDiscrepancy({ xx, yy, xy, m, n }: Kernels, xs: Int32Array, ys: Int32Array): number {
  let across = 0;
  for (const row of xs) for (const column of ys) across += xy[row * n + column]!;
  const within = meanWithin(xx, m, xs) + meanWithin(yy, n, ys);
  return within - (2 * across) / (xs.length * ys.length);
}

/** The mean kernel of two different rows of one set. */
function meanWithin(kernels: Float64Array, count: number, chosen: Int32Array): number {
  let sum = 0;
  for (const row of chosen) {
    for (const column of chosen) if (row !== column) sum += kernels[row * count + column]!;
  }
  return sum / (chosen.length * (chosen.length - 1));
}

function assertFeatures(x: HostTensor, y: HostTensor): void {
  const isMatrix = ({ shape }: HostTensor): boolean => shape.length === 2 && shape[0]! >= 2;
  if (isMatrix(x) && isMatrix(y) && x.shape[1] === y.shape[1]) return;
  throw new UserError(
    `KID: expected features [M, D] and [N, D] of at least 2 pictures each, ` +
      `received [${x.shape.join(', ')}] and [${y.shape.join(', ')}].`,
  );
}

function assertSubset(size: number, smaller: number): void {
  if (Number.isInteger(size) && size >= 2 && size <= smaller) return;
  throw new UserError(
    `KID: expected subsets of 2 to ${smaller} pictures, which is what the smaller set has, ` +
      `received ${size}.`,
  );
}
