import { sizeOf, UserError } from '@gan-zoo/compiler';
import type { RandomDraws } from '../random/index.ts';
import type { Initializer, Shape } from './module.ts';

/** How many values feed one output (`fanIn`) and how many outputs one value feeds (`fanOut`). */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Fans of a kernel in torch's layout, counted as PyTorch's `_calculate_fan_in_and_fan_out` counts:
 * with r the product of the axes after the second, fanIn = shape[1]·r and fanOut = shape[0]·r.
 * A transposed convolution stores [in, out, kh, kw], so its fanIn is out·kh·kw, as in PyTorch.
 *
 * @throws UserError for a shape of fewer than two axes
 */
export function fansOf(shape: Shape): Fans {
  const [first, second, ...receptive] = shape;
  if (first === undefined || second === undefined) {
    throw new UserError(
      `fansOf: expected a kernel of at least two axes, received shape [${shape.join(', ')}]. ` +
        `Biases and scales have no fans: initialise them with zeros(), ones() or constant().`,
    );
  }
  const field = sizeOf(receptive);
  return { fanIn: second * field, fanOut: first * field };
}

/** Every value is `value`. */
export const constant =
  (value: number): Initializer =>
  (shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

/** Every value is 0. */
export const zeros = (): Initializer => constant(0);

/** Every value is 1. */
export const ones = (): Initializer => constant(1);

/** N(mean, standardDeviation²); the defaults are 0 and 1. */
export const normal =
  (mean = 0, standardDeviation = 1): Initializer =>
  (shape, draws) =>
    draws.normals(sizeOf(shape), { mean, standardDeviation });

/** U(low, high). */
export const uniform =
  (low: number, high: number): Initializer =>
  (shape, draws) =>
    draws.uniforms(sizeOf(shape)).map((value) => low + (high - low) * value);

/**
 * N(mean, standardDeviation²) with every draw further than two standard deviations from the mean
 * drawn again, as TensorFlow's `truncated_normal` does. The result's own deviation is .88 of it.
 */
export const truncatedNormal =
  (mean = 0, standardDeviation = 1): Initializer =>
  (shape, draws) =>
    new Float32Array(sizeOf(shape)).map(() => mean + standardDeviation * nearNormal(draws));

/** U(±gain·√(6 / (fanIn + fanOut))): Glorot and Bengio 2010; torch `xavier_uniform_`. */
export const xavierUniform =
  (gain = 1): Initializer =>
  (shape, draws) => {
    const { fanIn, fanOut } = fansOf(shape);
    const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
    return uniform(-bound, bound)(shape, draws);
  };

/** N(0, gain²·2 / (fanIn + fanOut)): Glorot and Bengio 2010; torch `xavier_normal_`. */
export const xavierNormal =
  (gain = 1): Initializer =>
  (shape, draws) => {
    const { fanIn, fanOut } = fansOf(shape);
    return normal(0, gain * Math.sqrt(2 / (fanIn + fanOut)))(shape, draws);
  };

/** Options of {@link kaimingUniform} and {@link kaimingNormal}. */
export interface KaimingOptions {
  /** Slope of the leaky ReLU that follows; 0 (plain ReLU) by default. */
  readonly slope?: number;
  /** Which variance to keep: of activations (`fanIn`, the default) or of gradients (`fanOut`). */
  readonly mode?: keyof Fans;
}

/** U(±√3·g/√fan), g = √(2/(1+slope²)): He et al. 2015, arXiv 1502.01852; torch `kaiming_uniform_`. */
export const kaimingUniform =
  (options: KaimingOptions = {}): Initializer =>
  (shape, draws) => {
    const bound = Math.sqrt(3) * kaimingDeviation(shape, options);
    return uniform(-bound, bound)(shape, draws);
  };

/** N(0, g²/fan), g = √(2/(1+slope²)): He et al. 2015, arXiv 1502.01852; torch `kaiming_normal_`. */
export const kaimingNormal =
  (options: KaimingOptions = {}): Initializer =>
  (shape, draws) =>
    normal(0, kaimingDeviation(shape, options))(shape, draws);

/** PyTorch's default for conv and dense kernels: `kaiming_uniform_(a=√5)`, that is U(±1/√fanIn). */
export const torchDefaultKernel = (): Initializer => kaimingUniform({ slope: Math.sqrt(5) });

/**
 * PyTorch's default for the bias beside a kernel: U(±1/√fanIn).
 *
 * @param kernelShape the kernel's shape in torch's layout
 */
export function torchDefaultBias(kernelShape: Shape): Initializer {
  const bound = 1 / Math.sqrt(fansOf(kernelShape).fanIn);
  return uniform(-bound, bound);
}

/**
 * Rows (or columns, where there are fewer of them) of the kernel as a [shape[0], rest] matrix are
 * orthonormal, times `gain`: Saxe et al. 2013, arXiv 1312.6120; torch `orthogonal_`.
 */
export const orthogonal =
  (gain = 1): Initializer =>
  (shape, draws) => {
    const rows = shape[0] ?? 1;
    const columns = sizeOf(shape) / rows;
    const wide = rows <= columns;
    const [count, length] = wide ? [rows, columns] : [columns, rows];
    const vectors = orthonormalVectors(count, length, draws);
    const result = new Float32Array(rows * columns);
    vectors.forEach((vector, index) =>
      vector.forEach((value, place) => {
        result[wide ? index * columns + place : place * columns + index] = gain * value;
      }),
    );
    return result;
  };

/** A random direction of length 1, from which a power iteration starts. */
export const unitNormal = (): Initializer => (shape, draws) => {
  const values = draws.normals(sizeOf(shape));
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
};

function nearNormal(draws: RandomDraws): number {
  let value = draws.normal();
  while (Math.abs(value) > 2) value = draws.normal();
  return value;
}

function kaimingDeviation(shape: Shape, { slope = 0, mode = 'fanIn' }: KaimingOptions): number {
  return Math.sqrt(2 / (1 + slope ** 2) / fansOf(shape)[mode]);
}

/** Gram and Schmidt's process, each vector made orthogonal to its predecessors twice over. */
function orthonormalVectors(count: number, length: number, draws: RandomDraws): Float64Array[] {
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    const vector = Float64Array.from(draws.normals(length));
    for (const other of [...vectors, ...vectors]) subtractProjection(vector, other);
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    vectors.push(vector.map((value) => value / norm));
  }
  return vectors;
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  let dot = 0;
  for (let place = 0; place < vector.length; place++) dot += vector[place]! * unit[place]!;
  for (let place = 0; place < vector.length; place++) vector[place]! -= dot * unit[place]!;
}
