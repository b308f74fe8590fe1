import * as tf from '@tensorflow/tfjs';

/**
 * Undoes broadcasting: sums a gradient over the axes along which an input was repeated.
 *
 * @param gradient a fresh tensor of the output's shape
 * @param shape the input's shape
 * @returns a tensor of `shape`; `gradient` itself when nothing was broadcast
 */
export function sumToShape(gradient: tf.Tensor, shape: readonly number[]): tf.Tensor {
  if (tf.util.arraysEqual(gradient.shape, [...shape])) return gradient;
  const axes = tf.broadcast_util.getReductionAxes([...shape], gradient.shape);
  const summed = axes.length > 0 ? tf.sum(gradient, axes) : gradient;
  return tf.reshape(summed, [...shape]);
}
