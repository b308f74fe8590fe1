import * as tf from '@tensorflow/tfjs';
import type { HostTensor } from '../hostTensor.ts';
import { pseudoRandom } from './sampleTensor.ts';

/** What {@link checkGradients} compares. */
export interface GradientCheck {
  /** Stands in the error's text. */
  readonly name: string;
  /** A pure function of `inputs`; its outputs may be a tensor or a list of tensors. */
  readonly fn: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  /** Where the derivatives are taken; keep a distance of 4 `step` from kinks. */
  readonly inputs: readonly HostTensor<'float32'>[];
  /** 1 compares the gradient, 2 the gradient of a projection of the gradient. Default 1. */
  readonly order?: 1 | 2;
  /** Distance of the finite differences, a power of two. Default 1/64. */
  readonly step?: number;
  /** Largest error, relative to 1 + the largest derivative. Default 0.0003. */
  readonly tolerance?: number;
  /** Number of random directions when the inputs have more than 8 values. Default 8. */
  readonly directions?: number;
  /** Chooses weights and directions. Default 1. */
  readonly seed?: number;
}

/** What {@link checkGradients} found. */
export interface GradientReport {
  /** The derivative along each direction, as tfjs computes it. */
  readonly received: readonly number[];
  /** The same from finite differences. */
  readonly expected: readonly number[];
  /** Largest difference, relative to 1 + the largest derivative. */
  readonly largestError: number;
}

type Values = Float32Array;
type Inputs = readonly tf.Tensor[];

/** With at most this many input values every single partial derivative is compared. */
const MAX_COORDINATES = 8;

/**
 * Compares tfjs's gradients of a function with central finite differences on tfjs's current
 * backend.
 *
 * The outputs y become one number by L(x) = Σ w ⊙ (y + y²/2) with fixed weights w, so that the
 * gradient that flows into `fn` depends on x: a second-order mistake of a linear function shows
 * too. Order 2 differentiates u · ∇L(x) with fixed u. Differences are of fourth order
 * (Richardson), of float32 outputs summed in float64; steps are exact in float32. Small inputs
 * are compared value by value, larger ones along random directions of ±1.
 *
 * @param check the function, where, and how strictly; see {@link GradientCheck}
 * @returns both derivatives and the largest error
 * @throws Error when a derivative differs by more than the tolerance or is not finite
 */
export function checkGradients(check: GradientCheck): GradientReport {
  const order = check.order ?? 1;
  const tolerance = check.tolerance ?? 0.0003;
  const report = scoped(() => compareDirections(check, order));
  if (report.largestError <= tolerance) return report;
  const errors = report.received.map((value, index) => relativeError(report, value, index));
  const worst = errors.findIndex((error) => Number.isNaN(error) || error === report.largestError);
  throw new Error(
    `checkGradients: ${check.name}, order ${order}, direction ${worst}: finite differences give ` +
      `${format(report.expected[worst])}, the gradient gives ${format(report.received[worst])} ` +
      `(relative error ${format(report.largestError)}, allowed ${format(tolerance)}).`,
  );
}

function compareDirections(check: GradientCheck, order: 1 | 2): GradientReport {
  const random = pseudoRandom(check.seed ?? 1);
  const weighting = () => 0.5 + random();
  const loss = weightedLoss(check.fn, weighting);
  const points = check.inputs.map((input) => input.data);
  const tensors = check.inputs.map((input) => tf.tensor(input.data, [...input.shape]));
  loss.onHost(tensors);
  const projection = points.map((values) => values.map(weighting));
  const gradient = tf.grads(loss.onTape);
  const projected = (...inputs: tf.Tensor[]): tf.Scalar =>
    sumScalars(
      gradient(inputs).map((part, index) =>
        tf.sum(tf.mul(part, tf.tensor(projection[index] as Values, part.shape))),
      ),
    );
  const onHost =
    order === 1
      ? loss.onHost
      : (inputs: Inputs) =>
          total(
            gradient([...inputs]).map((part, index) => dot(part.dataSync(), projection[index])),
          );
  const analytic = tf
    .grads(order === 1 ? loss.onTape : projected)(tensors)
    .map(valuesOf);
  const shapes = check.inputs.map((input) => [...input.shape]);
  const evaluate = (values: readonly Values[]) =>
    scoped(() => onHost(values.map((part, index) => tf.tensor(part, shapes[index]))));
  const directions = chooseDirections(points, check.directions ?? 8, random);
  const step = check.step ?? 1 / 64;
  const received = directions.map((direction) =>
    total(analytic.map((part, index) => dot(part, direction[index]))),
  );
  const expected = directions.map((direction) => slope(evaluate, points, direction, step));
  return withLargestError(received, expected);
}

/** L(x) = Σ w ⊙ (y + y²/2), once as tensor operations and once summed in float64. */
function weightedLoss(fn: GradientCheck['fn'], weighting: () => number) {
  const weights: Values[] = [];
  const outputsOf = (inputs: Inputs): tf.Tensor[] => {
    const outputs = fn(...inputs);
    return Array.isArray(outputs) ? outputs : [outputs];
  };
  const weightOf = (output: tf.Tensor, index: number): Values =>
    (weights[index] ??= Float32Array.from({ length: output.size }, weighting));
  return {
    onTape: (...inputs: tf.Tensor[]): tf.Scalar =>
      sumScalars(
        outputsOf(inputs).map((output, index) => {
          const weight = tf.tensor(weightOf(output, index), output.shape);
          return tf.sum(tf.mul(weight, tf.add(output, tf.mul(0.5, tf.square(output)))));
        }),
      ),
    onHost: (inputs: Inputs): number =>
      total(
        outputsOf(inputs).map((output, index) => {
          const values = Float64Array.from(output.dataSync(), (y) => y + (y * y) / 2);
          return dot(values, weightOf(output, index));
        }),
      ),
  };
}

function chooseDirections(
  points: readonly Values[],
  count: number,
  random: () => number,
): Values[][] {
  const size = points.reduce((sum, values) => sum + values.length, 0);
  if (size > MAX_COORDINATES) {
    const sign = () => (random() < 0.5 ? -1 : 1);
    return Array.from({ length: count }, () => points.map((values) => values.map(sign)));
  }
  return points.flatMap((values, part) =>
    Array.from(values, (_, at) =>
      points.map((other, index) => other.map((_value, i) => (index === part && i === at ? 1 : 0))),
    ),
  );
}

/** (4 D(h) - D(2h)) / 3, where D(h) is the central difference of distance h. */
function slope(
  evaluate: (values: readonly Values[]) => number,
  points: readonly Values[],
  direction: readonly Values[],
  step: number,
): number {
  const at = (distance: number) =>
    evaluate(
      points.map((values, part) =>
        values.map((value, index) => value + distance * (direction[part]?.[index] ?? 0)),
      ),
    );
  const near = (at(step) - at(-step)) / (2 * step);
  const far = (at(2 * step) - at(-2 * step)) / (4 * step);
  return (4 * near - far) / 3;
}

function withLargestError(received: number[], expected: number[]): GradientReport {
  const report = { received, expected, largestError: 0 };
  const errors = received.map((value, index) => relativeError(report, value, index));
  const finite = errors.every((error) => Number.isFinite(error));
  return { ...report, largestError: finite ? Math.max(0, ...errors) : NaN };
}

function relativeError(
  report: Pick<GradientReport, 'received' | 'expected'>,
  value: number,
  index: number,
): number {
  const largest = Math.max(0, ...report.expected.map(Math.abs));
  return Math.abs(value - (report.expected[index] ?? NaN)) / (1 + largest);
}

/** Disposes of what `run` leaves behind; tf.tidy, for results that are not tensors. */
function scoped<Result>(run: () => Result): Result {
  tf.engine().startScope();
  try {
    return run();
  } finally {
    tf.engine().endScope();
  }
}

const valuesOf = (tensor: tf.Tensor): Values => Float32Array.from(tensor.dataSync());

const sumScalars = (scalars: tf.Tensor[]): tf.Scalar =>
  scalars.reduce((sum, scalar) => tf.add(sum, scalar)) as tf.Scalar;

const total = (numbers: readonly number[]): number => numbers.reduce((sum, part) => sum + part, 0);

const dot = (a: ArrayLike<number>, b: ArrayLike<number> | undefined): number => {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b?.[index] ?? NaN);
  return sum;
};

const format = (value: number | undefined): string => Number(value).toPrecision(4);
