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
 * How far codes as a whole are from N(0, I), by their means and covariances:
 *
 *     MMD² = |E z|² + ‖E zzᵀ − I‖²
 *
 * KL pulls every code alone, and leaves gaps between them and a mean that is not 0; this looks at
 * all of them. It is the squared maximum mean discrepancy with the kernel x·y + (x·y)², and without
 * bias for any number of codes: pairs of one code with itself are left out. It may be below 0.
 *
 * Shape: [N, D], N at least 2.
 *
 * Papers: Gretton et al., "A kernel two-sample test" (JMLR 13, 2012), lemma 6; against the prior of
 * an autoencoder: Tolstikhin et al., "Wasserstein auto-encoders" (arXiv 1711.01558).
 */
export function mmdToStandardNormal(codes: tf.Tensor2D): tf.Scalar {
  const [count, length] = codes.shape;
  const products = tf.matMul(codes, codes, false, true);
  const squares = tf.sum(tf.square(codes), 1);
  const own = tf.sum(tf.add(squares, tf.square(squares)));
  const all = tf.sum(tf.add(products, tf.square(products)));
  const pairs = tf.div(tf.sub(all, own), count * (count - 1));
  return tf.add(tf.sub(pairs, tf.mul(2, tf.mean(squares))), length);
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
