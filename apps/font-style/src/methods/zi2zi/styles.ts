import { assertShape, instanceNorm, normal, ones, zeros, type Module } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';

/**
 * The style vectors. Styles come as weights of the table's rows: a one for a style of its own, shares
 * for one between several.
 *
 * Parameters: `weight` [slots, embeddingDim] ~ N(0, .01²), a buffer when frozen.
 *
 * Shape: styles [N, slots] → [N, embeddingDim].
 */
export const styleVectors = ({ slots, embeddingDim, embedding }: Settings): Module => ({
  parameters: {
    weight: {
      shape: [slots, embeddingDim],
      initialise: normal(0, 0.01),
      kind: embedding === 'frozen' ? 'buffer' : 'parameter',
      role: 'embedding',
    },
  },
  outputShape: (place, styles) => {
    assertShape('styleVectors', place, ['N', slots], styles);
    return [styles[0]!, embeddingDim];
  },
  apply: (scope, styles) => {
    assertShape('styleVectors', scope, ['N', slots], styles.shape);
    return tf.matMul(styles, scope.get('weight'));
  },
});

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
export function styledInstanceNorm(
  channels: number,
  slots: number,
): Module<readonly [tf.Tensor, tf.Tensor]> {
  const plain = instanceNorm({ channels });
  const table = { shape: [slots, channels], kind: 'parameter', role: 'embedding' } as const;
  return {
    parameters: {
      weight: { ...table, initialise: ones() },
      bias: { ...table, initialise: zeros() },
    },
    outputShape: (place, x) => plain.outputShape(place, x),
    apply: (scope, x, styles) => {
      const row = (name: string): tf.Tensor =>
        tf.reshape(tf.matMul(styles, scope.get(name)), [-1, 1, 1, channels]);
      return tf.add(tf.mul(plain.apply(scope, x), row('weight')), row('bias'));
    },
  };
}
