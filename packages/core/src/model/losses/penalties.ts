import { UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { stopGradient, valueAndGradients } from '../gradients/index.ts';

/** A network's verdicts on a batch, whichever shape they have. */
export type Judge = (images: tf.Tensor) => tf.Tensor;

/** Arguments of {@link gradientPenalty}. */
export interface GradientPenaltyArguments {
  /** Without batch norm: it would mix the samples, and each has a gradient of its own here. */
  readonly critic: Judge;
  readonly realImages: tf.Tensor;
  readonly fakeImages: tf.Tensor;
  /** One number in [0, 1) per sample, [N, 1, 1, 1] for images: the share of the real image. */
  readonly alpha: tf.Tensor;
}

/** Keeps the norm's derivative finite at 0; it changes norms above 1e-3 by less than 1e-6. */
const TINY_SQUARE = 1e-12;

/**
 * Asks for gradients of length one on the lines between real and fake images.
 *
 *     x̂ = α·x + (1 − α)·G(z)
 *     penalty = E[(‖∇D(x̂)‖₂ − 1)²]     one norm per sample
 *
 * Multiply by λ (10 as published). Only the critic learns from it: x̂ is held constant.
 *
 * Paper: Gulrajani et al., "Improved training of Wasserstein GANs" (arXiv 1704.00028).
 *
 * @throws UserError when the shapes of the images differ or alpha is not one number per sample
 */
export function gradientPenalty({
  critic,
  realImages,
  fakeImages,
  alpha,
}: GradientPenaltyArguments): tf.Scalar {
  assertLine(realImages, fakeImages, alpha);
  const between = tf.add(fakeImages, tf.mul(alpha, tf.sub(realImages, fakeImages)));
  const squares = squaredGradientNorms(critic, stopGradient(between));
  const norms = tf.sqrt(tf.add(squares, TINY_SQUARE));
  return tf.mean(tf.square(tf.sub(norms, 1)));
}

/**
 * Asks for flat verdicts around real images: E[‖∇D(x)‖²], one norm per sample.
 *
 * Multiply by γ/2 (γ = 10 as published).
 *
 * Paper: Mescheder, Geiger, Nowozin, "Which training methods for GANs do actually converge?"
 * (arXiv 1801.04406).
 */
export function r1Penalty({
  discriminator,
  realImages,
}: {
  readonly discriminator: Judge;
  readonly realImages: tf.Tensor;
}): tf.Scalar {
  return tf.mean(squaredGradientNorms(discriminator, stopGradient(realImages)));
}

/** [N]: the squared length of each sample's gradient; the sum over samples keeps them apart. */
function squaredGradientNorms(judge: Judge, images: tf.Tensor): tf.Tensor1D {
  const { gradients } = valueAndGradients((x) => ({ loss: tf.sum(judge(x)) }), images);
  const axes = images.shape.map((_, axis) => axis).slice(1);
  return tf.sum(tf.square(gradients), axes);
}

function assertLine(realImages: tf.Tensor, fakeImages: tf.Tensor, alpha: tf.Tensor): void {
  const text = ({ shape }: tf.Tensor): string => `[${shape.join(', ')}]`;
  const wanted = `[${realImages.shape.map((n, axis) => (axis === 0 ? n : 1)).join(', ')}]`;
  if (text(fakeImages) === text(realImages) && text(alpha) === wanted) return;
  throw new UserError(
    `gradientPenalty: expected fake images like the real ones of ${text(realImages)} and an alpha ` +
      `of ${wanted}, received ${text(fakeImages)} and ${text(alpha)}.`,
  );
}
