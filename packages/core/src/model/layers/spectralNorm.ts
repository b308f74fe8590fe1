import { sizeOf, UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { unitNormal } from './initializers.ts';
import type { Module, ParameterSpec, ParameterSpecs, Scope, Shape } from './module.ts';
import { withoutGradient } from './withoutGradient.ts';

/** Options of {@link spectralNorm}. */
export interface SpectralNormOptions {
  /** Axis of the weight that becomes the rows of its matrix; default 0 (transposed convs: 1). */
  readonly axis?: 0 | 1;
  /** Power iterations per training pass; default 1. */
  readonly iterations?: number;
  /** Added to the lengths that are divided by; default 1e-12. */
  readonly epsilon?: number;
}

/**
 * Divides the weight of a layer by its largest singular value σ (Miyato et al. 2018, arXiv
 * 1802.05957), as torch's `spectral_norm` does. σ = uᵀWv, where u and v are remembered and made
 * better by one power iteration per training pass: v = Wᵀu / ‖Wᵀu‖, u = Wv / ‖Wv‖. They count as
 * constants in the gradient; inference mode leaves them as they are.
 *
 * Parameters: the layer's, with `weight_orig` in place of `weight`; buffers `weight_u` [rows],
 * `weight_v` [columns].
 *
 * @param layer a module with a parameter `weight`: conv2d, dense, embedding, conv2dTranspose
 * @throws UserError when the module has no such parameter
 */
export function spectralNorm<Inputs extends readonly tf.Tensor[], Output>(
  layer: Module<Inputs, Output>,
  { axis = 0, iterations = 1, epsilon = 1e-12 }: SpectralNormOptions = {},
): Module<Inputs, Output> {
  const { weight, ...others } = layer.parameters;
  if (weight === undefined) {
    throw new UserError(
      `spectralNorm: expected a layer with a parameter "weight", ` +
        `received ${Object.keys(others).join(', ') || 'none'}. Wrap single layers, not blocks.`,
    );
  }
  return {
    parameters: { ...others, weight_orig: weight, ...vectorSpecs(weight.shape, axis) },
    outputShape: (place, ...inputs) => layer.outputShape(place, ...inputs),
    apply: (scope, ...inputs) => {
      const original = scope.get('weight_orig');
      const matrix = toMatrix(original, axis);
      if (scope.training) iterate(scope, matrix, iterations, epsilon);
      const sigma = tf.sum(tf.mul(times(matrix, scope.get('weight_v')), scope.get('weight_u')));
      return layer.apply(withWeight(scope, tf.div(original, sigma)), ...inputs);
    },
  };
}

function vectorSpecs(shape: Shape, axis: 0 | 1): ParameterSpecs {
  const rows = shape[axis] ?? 1;
  const vector = (length: number): ParameterSpec => ({
    shape: [length],
    initialise: unitNormal(),
    kind: 'buffer',
    role: 'statistic',
  });
  return { weight_u: vector(rows), weight_v: vector(sizeOf(shape) / rows) };
}

/** [out, rest] of a weight whose outputs are on `axis`. */
function toMatrix(weight: tf.Tensor, axis: 0 | 1): tf.Tensor2D {
  const order = weight.shape.map((_, index) => index);
  const rowsFirst = axis === 0 ? weight : tf.transpose(weight, [1, 0, ...order.slice(2)]);
  return tf.reshape<tf.Rank.R2>(rowsFirst, [weight.shape[axis] ?? 1, -1]);
}

function iterate(scope: Scope, matrix: tf.Tensor2D, iterations: number, epsilon: number): void {
  for (let round = 0; round < iterations; round++) {
    const u = scope.get('weight_u');
    const v = withoutGradient(() => unit(times(matrix, u, true), epsilon));
    scope.set('weight_v', v);
    scope.set(
      'weight_u',
      withoutGradient(() => unit(times(matrix, v), epsilon)),
    );
  }
}

/** matrix·vector, or its transpose's product. */
const times = (matrix: tf.Tensor2D, vector: tf.Tensor, transposed = false): tf.Tensor =>
  tf.reshape(tf.matMul(matrix, tf.reshape(vector, [-1, 1]), transposed), [-1]);

const unit = (vector: tf.Tensor, epsilon: number): tf.Tensor =>
  tf.div(vector, tf.maximum(tf.sqrt(tf.sum(tf.square(vector))), epsilon));

/** The same scope, except that `weight` is the given tensor. */
const withWeight = (scope: Scope, weight: tf.Tensor): Scope => ({
  ...scope,
  get: (name) => (name === 'weight' ? weight : scope.get(name)),
});
