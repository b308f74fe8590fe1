import { instanceNorm, type Module } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';

/** A network's layer that looks at a style besides its input. */
export type StyledLayer = Module<readonly [tf.Tensor, tf.Tensor]>;

/**
 * Conditional instance normalisation: instance norm whose scale and shift are those of each
 * picture's style. Styles come as weights of the table's rows, so that a mixture of styles has a
 * mixture of scales.
 *
 * Parameters: `weight` (1 at first), `bias` (0 at first), both [slots, channels].
 *
 * Shape: [N, H, W, channels] and styles [N, slots] → [N, H, W, channels].
 *
 * Paper: Dumoulin et al., "A learned representation for artistic style" (arXiv 1610.07629).
 */
export function styledInstanceNorm(channels: number, slots: number): StyledLayer {
  const plain = instanceNorm({ channels });
  const table = (value: number) => ({
    shape: [slots, channels],
    initialise: (shape: readonly number[]) =>
      new Float32Array(shape.reduce((size, extent) => size * extent, 1)).fill(value),
    kind: 'parameter' as const,
    role: 'embedding' as const,
  });
  return {
    parameters: { weight: table(1), bias: table(0) },
    outputShape: (place, x) => plain.outputShape(place, x),
    apply: (scope, x, styles) => {
      const row = (name: string): tf.Tensor =>
        tf.reshape(tf.matMul(styles, scope.get(name)), [-1, 1, 1, channels]);
      return tf.add(tf.mul(plain.apply(scope, x), row('weight')), row('bias'));
    },
  };
}
