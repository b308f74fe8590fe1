import * as tf from '@tensorflow/tfjs';
import { r1Penalty, type Judge } from '../losses/penalties.ts';
import { augment, type AugmentInputs } from './augment.ts';

/** How a discriminator sees one batch of pictures; without parts, as they are. */
export interface ViewInputs<Leaf = tf.Tensor> extends AugmentInputs<Leaf> {
  /** Instance noise, as large as the pictures. */
  readonly noise?: Leaf | undefined;
}

/**
 * What regularisers read in one network's update. It is part of that network's batch, and what is
 * absent does not happen: with all options at their defaults there is nothing in it.
 */
export interface UpdateInputs<Leaf = tf.Tensor> {
  /** The scheduled rate, a scalar; absent while rates are constant. */
  readonly learningRate?: Leaf | undefined;
  /** Scalar: this is one part of a batch, to be added up by this share and not yet applied. */
  readonly accumulate?: Leaf | undefined;
  /** Scalar weight of the R1 penalty, in the steps that compute it. */
  readonly r1Weight?: Leaf | undefined;
  /** By the name of the pictures: `real` and `fake`, unless the app has more. */
  readonly views?: Readonly<Record<string, ViewInputs<Leaf>>> | undefined;
}

/**
 * The pictures as a discriminator gets to see them: augmented (see {@link augment}), then noisy.
 * Differentiable, so that a generator learns through it; the same pictures where there is no view.
 *
 * Instance noise: Sønderby et al., "Amortised MAP inference for image super-resolution"
 * (arXiv 1610.04490), section 3.2: both kinds of pictures overlap in it, so that D cannot be
 * certain while they still differ.
 *
 * Shape: [N, H, W, C], unchanged.
 */
export function seenBy(view: ViewInputs | undefined, images: tf.Tensor): tf.Tensor {
  if (view === undefined) return images;
  const changed = augment(images, view);
  return view.noise === undefined ? changed : tf.add(changed, view.noise);
}

/**
 * Adds the R1 penalty to a discriminator's loss in the steps whose batch asks for it.
 *
 * @param options.loss what D minimises otherwise
 * @param options.discriminator D's verdicts, of the parameters being trained
 * @param options.realImages as D saw them
 * @param options.weight the batch's `r1Weight`
 * @returns the loss, and the penalty (unweighted) as a metric where there is one
 */
export function withR1({
  loss,
  discriminator,
  realImages,
  weight,
}: {
  readonly loss: tf.Scalar;
  readonly discriminator: Judge;
  readonly realImages: tf.Tensor;
  readonly weight: tf.Tensor | undefined;
}): { readonly loss: tf.Scalar; readonly metrics: { readonly r1Penalty?: tf.Tensor } } {
  if (weight === undefined) return { loss, metrics: {} };
  const penalty = r1Penalty({ discriminator, realImages });
  return { loss: tf.add(loss, tf.mul(penalty, weight)), metrics: { r1Penalty: penalty } };
}
