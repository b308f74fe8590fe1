import * as tf from '@tensorflow/tfjs';
import { assertShape } from './assertShape.ts';
import type { Module } from './module.ts';

/**
 * Both inputs beside each other, the first one's channels first.
 *
 * Shape: [N, H, W, A] and [N, H, W, B] → [N, H, W, A + B].
 */
export const joinChannels = (): Module<readonly [tf.Tensor, tf.Tensor]> => ({
  parameters: {},
  outputShape: (place, x, beside) => {
    assertShape('joinChannels', place, [...x.slice(0, 3), 'B'], beside);
    return [...x.slice(0, 3), x[3]! + beside[3]!];
  },
  apply: (_scope, x, beside) => tf.concat([x, beside], 3),
});

/**
 * Each picture's vector beside every one of its pixels.
 *
 * Shape: [N, H, W, C] and vectors [N, Z] → [N, H, W, C + Z].
 */
export const joinVector = (): Module<readonly [tf.Tensor, tf.Tensor]> => ({
  parameters: {},
  outputShape: (place, x, vectors) => {
    assertShape('joinVector', place, [x[0]!, 'Z'], vectors);
    return [...x.slice(0, 3), x[3]! + vectors[1]!];
  },
  apply: (scope, x, vectors) => {
    const [count, height, width] = x.shape as [number, number, number];
    assertShape('joinVector', scope, [count, 'Z'], vectors.shape);
    const field = tf.tile(tf.reshape(vectors, [count, 1, 1, -1]), [1, height, width, 1]);
    return tf.concat([x, field], 3);
  },
});
