import { assertShape, normal, type Module } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';

/**
 * Joins each picture's style vector to every pixel of its code. Styles come as weights of the
 * table's rows: a one for a style of its own, shares for one between several.
 *
 * Parameters: `weight` [slots, embeddingDim] ~ N(0, .01²), a buffer when frozen.
 *
 * Shape: code [N, H, W, C] and styles [N, slots] → [N, H, W, C + embeddingDim].
 */
export function embedStyles({
  slots,
  embeddingDim,
  embedding,
}: Pick<Settings, 'slots' | 'embeddingDim' | 'embedding'>): Module<
  readonly [tf.Tensor, tf.Tensor]
> {
  return {
    parameters: {
      weight: {
        shape: [slots, embeddingDim],
        initialise: normal(0, 0.01),
        kind: embedding === 'frozen' ? 'buffer' : 'parameter',
        role: 'embedding',
      },
    },
    outputShape: (place, code, styles) => {
      assertShape('embedStyles', place, ['N', slots], styles);
      return [...code.slice(0, 3), code[3]! + embeddingDim];
    },
    apply: (scope, code, styles) => {
      assertShape('embedStyles', scope, ['N', slots], styles.shape);
      const [, height, width] = code.shape as [number, number, number];
      const vectors = tf.reshape(tf.matMul(styles, scope.get('weight')), [-1, 1, 1, embeddingDim]);
      return tf.concat([code, tf.tile(vectors, [1, height, width, 1])], 3);
    },
  };
}
