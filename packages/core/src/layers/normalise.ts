import * as tf from '@tensorflow/tfjs';
import { ones, zeros } from './initializers.ts';
import type { ParameterSpecs, Scope } from './module.ts';

/** Default of every normalisation's `epsilon`, as in PyTorch. */
export const DEFAULT_EPSILON = 1e-5;

/** Mean and biased variance over some axes, which are kept with extent 1. */
export interface Moments {
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/**
 * Mean and biased variance, E[(x − E[x])²], over the given axes.
 *
 * Shape: the input's, with extent 1 on the axes.
 */
export function momentsOver(x: tf.Tensor, axes: number[]): Moments {
  const mean = tf.mean(x, axes, true);
  return { mean, variance: tf.mean(tf.square(tf.sub(x, mean)), axes, true) };
}

/** (x − mean) / √(variance + ε). */
export function standardise(x: tf.Tensor, { mean, variance }: Moments, epsilon: number): tf.Tensor {
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
}

/** `weight` (1 at first) and `bias` (0 at first), one number per channel. */
export const affineParameters = (channels: number): ParameterSpecs => ({
  weight: { shape: [channels], initialise: ones(), kind: 'parameter', role: 'scale' },
  bias: { shape: [channels], initialise: zeros(), kind: 'parameter', role: 'shift' },
});

/** x·weight + bias, channel by channel. */
export const applyAffine = (scope: Scope, x: tf.Tensor): tf.Tensor =>
  tf.add(tf.mul(x, scope.get('weight')), scope.get('bias'));
