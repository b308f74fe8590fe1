import type * as tf from '@tensorflow/tfjs';

/**
 * The result of every layer, one after the other: an encoder's that a decoder reads, a
 * discriminator's that are compared.
 */
export function everyResult(
  layers: readonly ((x: tf.Tensor) => tf.Tensor)[],
  x: tf.Tensor,
): tf.Tensor[] {
  let value = x;
  return layers.map((layer) => (value = layer(value)));
}
