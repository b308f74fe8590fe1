import * as tf from '@tensorflow/tfjs';

/**
 * Computes a tensor as a constant: gradients do not flow into anything that `compute` reads. What it
 * does inside is not even recorded for the backward pass.
 */
export const withoutGradient = (compute: () => tf.Tensor): tf.Tensor =>
  tf.customGrad(() => ({ value: compute(), gradFunc: () => [] }))();
