import * as tf from '@tensorflow/tfjs';

/**
 * The divergence of N(μ, σ²) from N(0, 1), summed over a code's dimensions, averaged over samples:
 *
 *     KL = ½·Σ(μ² + σ² − 1 − log σ²)
 *
 * BicycleGAN multiplies it by 0.01.
 *
 * Shape: mean and logVariance [N, D].
 *
 * Paper: Kingma and Welling, "Auto-encoding variational Bayes" (arXiv 1312.6114), appendix B.
 */
export function klToStandardNormal({
  mean,
  logVariance,
}: {
  readonly mean: tf.Tensor2D;
  readonly logVariance: tf.Tensor2D;
}): tf.Scalar {
  const spread = tf.sub(tf.exp(logVariance), logVariance);
  const terms = tf.sub(tf.add(tf.square(mean), spread), 1);
  return tf.mul(tf.mean(tf.sum(terms, 1)), 0.5);
}

/**
 * Binary cross-entropy of each logit with its own label, averaged over all:
 * −t·log σ(x) − (1 − t)·log(1 − σ(x)), in a form that is stable for every logit.
 *
 * Shape: logits and labels alike, any; labels from 0 to 1, such as one-hot categories.
 */
export function sigmoidCrossEntropy({
  logits,
  labels,
}: {
  readonly logits: tf.Tensor;
  readonly labels: tf.Tensor;
}): tf.Scalar {
  const present = tf.mul(labels, tf.softplus(tf.neg(logits)));
  const absent = tf.mul(tf.sub(1, labels), tf.softplus(logits));
  return tf.mean(tf.add(present, absent));
}
