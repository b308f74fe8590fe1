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

/** A scale and a shift per channel (or per sample and channel); both broadcast to x. */
export interface Affine {
  readonly weight: tf.Tensor;
  readonly bias: tf.Tensor;
}

/**
 * (x − mean) / √(variance + ε) · weight + bias. The small factors are multiplied with each other
 * first, so that x is gone through once less, and once more less in the gradient.
 */
export function standardise(
  x: tf.Tensor,
  { mean, variance }: Moments,
  epsilon: number,
  affine?: Affine,
): tf.Tensor {
  const scale = tf.rsqrt(tf.add(variance, epsilon));
  const centred = tf.sub(x, mean);
  if (affine === undefined) return tf.mul(centred, scale);
  return tf.add(tf.mul(centred, tf.mul(scale, affine.weight)), affine.bias);
}

/** `weight` (1 at first) and `bias` (0 at first), one number per channel. */
export const affineParameters = (channels: number): ParameterSpecs => ({
  weight: { shape: [channels], initialise: ones(), kind: 'parameter', role: 'scale' },
  bias: { shape: [channels], initialise: zeros(), kind: 'parameter', role: 'shift' },
});

/** The affine part of a layer with {@link affineParameters}. */
export const affineOf = (scope: Scope): Affine => ({
  weight: scope.get('weight'),
  bias: scope.get('bias'),
});
