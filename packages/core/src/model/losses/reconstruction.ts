import * as tf from '@tensorflow/tfjs';

/** Two batches that should be alike. */
export interface ImagesAndTargets {
  readonly images: tf.Tensor;
  readonly targets: tf.Tensor;
}

/** Options of {@link l1Loss}. */
export interface L1Options extends ImagesAndTargets {
  /** What a difference counts where the image is brighter than its target; default 1. */
  readonly brighterWeight?: number;
}

/**
 * The mean absolute difference E[|x − y|].
 *
 * With a `brighterWeight` w it is w · E[max(x − y, 0)] + E[max(y − x, 0)], least for the 1 / (1 + w)
 * quantile of what is likely instead of the median: dark lines of which it is not sure where they
 * stand are drawn when they are likelier than that.
 *
 * Shape: both alike, any.
 *
 * Paper of the weighted form: Koenker and Bassett, "Regression quantiles" (Econometrica 46, 1978).
 */
export function l1Loss({ images, targets, brighterWeight = 1 }: L1Options): tf.Scalar {
  const differences = tf.sub(images, targets);
  const loss = tf.mean<tf.Scalar>(tf.abs(differences));
  if (brighterWeight === 1) return loss;
  return tf.add(loss, tf.mul(tf.mean<tf.Scalar>(tf.relu(differences)), brighterWeight - 1));
}

/**
 * The mean squared difference E[(x − y)²].
 *
 * Shape: both alike, any.
 */
export function l2Loss({ images, targets }: ImagesAndTargets): tf.Scalar {
  return tf.mean(tf.square(tf.sub(images, targets)));
}

/**
 * The mean absolute difference of both images made 2, 4, … 2^levels times smaller by averaging, the
 * mean over those sizes. Where {@link l1Loss} is least for blank paper, because thin lines stand a
 * little aside, this still asks for as much ink in every region.
 *
 * Shape: both [N, H, W, C], H and W multiples of 2^levels.
 *
 * Paper: after Bojanowski et al., "Optimizing the latent space of generative networks"
 * (arXiv 1707.05776), which takes such differences on a Laplacian pyramid.
 *
 * @param options.levels how many sizes; default 3
 */
export function pyramidLoss({
  images,
  targets,
  brighterWeight,
  levels = 3,
}: L1Options & { readonly levels?: number }): tf.Scalar {
  const losses: tf.Scalar[] = [];
  let [smaller, wanted] = [images, targets] as [tf.Tensor4D, tf.Tensor4D];
  for (let level = 0; level < levels; level++) {
    [smaller, wanted] = [tf.avgPool(smaller, 2, 2, 'valid'), tf.avgPool(wanted, 2, 2, 'valid')];
    losses.push(
      l1Loss({ images: smaller, targets: wanted, ...(brighterWeight && { brighterWeight }) }),
    );
  }
  return tf.div(tf.addN(losses), levels);
}

/**
 * How far an image is from itself after both translations: E[|B→A(A→B(a)) − a|].
 *
 * Multiply by λ_cycle (10 as published), once per direction.
 *
 * Paper: Zhu et al., "Unpaired image-to-image translation" (arXiv 1703.10593), equation 2.
 */
export function cycleLoss(batch: {
  readonly realImages: tf.Tensor;
  readonly cycledImages: tf.Tensor;
}): tf.Scalar {
  return l1Loss({ images: batch.cycledImages, targets: batch.realImages });
}

/**
 * How much a generator changes an image that is of its target domain already: E[|A→B(b) − b|].
 *
 * Multiply by λ_identity · λ_cycle (0.5 · 10 as published). Both domains need equal channels.
 *
 * Paper: Zhu et al., "Unpaired image-to-image translation" (arXiv 1703.10593), section 5.2.
 */
export function identityLoss(batch: {
  readonly realImages: tf.Tensor;
  readonly translatedImages: tf.Tensor;
}): tf.Scalar {
  return l1Loss({ images: batch.translatedImages, targets: batch.realImages });
}

/**
 * Roughness: the mean difference of vertical neighbours plus that of horizontal neighbours,
 * absolute (`l1`) or squared (`l2`). Means, so that the weight does not depend on the size.
 *
 * Shape: images [N, H, W, C]. An extent of 1 has no neighbours and adds nothing.
 *
 * Paper: Rudin, Osher, Fatemi, "Nonlinear total variation based noise removal algorithms" (1992).
 *
 * @param options.norm `l1` by default, which spares sharp edges
 */
export function totalVariation({
  images,
  norm = 'l1',
}: {
  readonly images: tf.Tensor4D;
  readonly norm?: 'l1' | 'l2';
}): tf.Scalar {
  const distance = norm === 'l1' ? l1Loss : l2Loss;
  const alongAxis = (axis: 1 | 2): tf.Scalar => {
    const length = images.shape[axis];
    if (length < 2) return tf.scalar(0);
    const size = images.shape.map((extent, i) => (i === axis ? extent - 1 : extent));
    const former = tf.slice(images, [0, 0, 0, 0], size);
    const latter = tf.slice(images, axis === 1 ? [0, 1, 0, 0] : [0, 0, 1, 0], size);
    return distance({ images: latter, targets: former });
  };
  return tf.add(alongAxis(1), alongAxis(2));
}
