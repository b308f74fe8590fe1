/** The matrices of a one-dimensional Cook–Toom correlation F(m, r), row by row. */
export interface CookToom {
  /** Output transform, [m, n]. */
  readonly outputs: readonly (readonly number[])[];
  /** Filter transform, [n, r]. */
  readonly filter: readonly (readonly number[])[];
  /** Input transform, [n, n]. */
  readonly inputs: readonly (readonly number[])[];
}

/** Evaluation points with small rounding errors, in the order in which they are taken. */
const points = [0, 1, -1, 0.5, -2, 2, -0.5];

/**
 * F(m, r) computes m outputs of a correlation with r taps by n = m + r − 1 multiplications instead
 * of m·r: y = outputs · ((filter · g) ⊙ (inputs · d)) for n inputs d and r taps g. One of the n
 * points is infinity.
 *
 * Paper: Lavin & Gray, "Fast algorithms for convolutional neural networks" (arXiv 1509.09308);
 * construction as in Winograd, "Arithmetic complexity of computations" (1980).
 *
 * @throws Error when m + r − 2 exceeds the number of known points
 */
export function cookToom(m: number, r: number): CookToom {
  const n = m + r - 1;
  const finite = points.slice(0, n - 1);
  if (finite.length < n - 1) throw new Error(`compiler: F(${m}, ${r}) needs ${n - 1} points.`);
  const others = (at: number): number[] => finite.filter((_, i) => i !== at);
  const norms = finite.map((point, i) =>
    others(i).reduce((product, other) => product * (point - other), 1),
  );
  const powers = (point: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => point ** i);
  const unit = (length: number): number[] =>
    Array.from({ length }, (_, i) => (i === length - 1 ? 1 : 0));
  return {
    outputs: Array.from({ length: m }, (_, i) => [
      ...finite.map((point) => point ** i),
      i === m - 1 ? 1 : 0,
    ]),
    filter: [
      ...finite.map((point, j) => powers(point, r).map((power) => power / norms[j]!)),
      unit(r),
    ],
    inputs: [...finite.map((_, j) => [...withRoots(others(j)), 0]), withRoots(finite)],
  };
}

/** Coefficients of the polynomial with the given roots, the constant first. */
const withRoots = (roots: readonly number[]): number[] =>
  roots.reduce<number[]>(
    (polynomial, root) => {
      const shifted = [0, ...polynomial];
      return shifted.map((value, i) => value - root * (polynomial[i] ?? 0));
    },
    [1],
  );

/** The Kronecker product of a matrix with itself: the two-dimensional transform, row-major. */
export function kroneckerSquare(matrix: readonly (readonly number[])[]): {
  data: Float32Array;
  shape: [number, number];
} {
  const [rows, columns] = [matrix.length, matrix[0]!.length];
  const data = new Float32Array(rows * rows * columns * columns);
  let at = 0;
  for (const a of matrix)
    for (const b of matrix) for (const x of a) for (const y of b) data[at++] = x * y;
  return { data, shape: [rows * rows, columns * columns] };
}
