import * as tf from '@tensorflow/tfjs';
import type { Module } from './module.ts';

/** A layer without parameters that computes every value from one value of its input. */
export const elementwise = (compute: (x: tf.Tensor) => tf.Tensor): Module => ({
  parameters: {},
  outputShape: (_place, x) => x,
  apply: (_scope, x) => compute(x),
});

/** max(x, 0). */
export const relu = (): Module => elementwise((x) => tf.relu(x));

/**
 * x where it is positive, otherwise slope·x (Maas et al. 2013). tfjs's gradient of it goes through a
 * comparison, which differentiates a second time only with the compiler's gradient corrections:
 * every runtime installs them.
 *
 * @param slope default .2, as in DCGAN
 */
export const leakyRelu = (slope = 0.2): Module => elementwise((x) => tf.leakyRelu(x, slope));

/**
 * scale·(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).
 *
 * @param scale default 1. With more, targets of ±1 lie where the slope is not 0 yet, so that outputs
 *   that are all alike still learn (LeCun et al. 1998, "Efficient BackProp", section 4.5)
 */
export const tanh = (scale = 1): Module =>
  elementwise((x) => (scale === 1 ? tf.tanh(x) : tf.mul(tf.tanh(x), scale)));

/** 1 / (1 + e⁻ˣ). */
export const sigmoid = (): Module => elementwise((x) => tf.sigmoid(x));

/**
 * x where it is positive, otherwise alpha·(eˣ − 1) (Clevert et al. 2015, arXiv 1511.07289), computed
 * as relu(x) + alpha·(e^(−relu(−x)) − 1): tfjs's own elu differentiates only once.
 *
 * @param alpha default 1
 */
export const elu = (alpha = 1): Module =>
  elementwise((x) => {
    const negativePart = tf.neg(tf.relu(tf.neg(x)));
    return tf.add(tf.relu(x), tf.mul(tf.sub(tf.exp(negativePart), 1), alpha));
  });

/** x·sigmoid(x), also called swish (Elfwing et al. 2017, arXiv 1702.03118). */
export const silu = (): Module => elementwise((x) => tf.mul(x, tf.sigmoid(x)));

/** log(1 + eˣ). */
export const softplus = (): Module => elementwise((x) => tf.softplus(x));
