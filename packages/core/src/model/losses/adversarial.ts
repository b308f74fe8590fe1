import { UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';

/** The discriminator's unbounded verdicts on one batch of each kind, of any shape (patches too). */
export interface DiscriminatorLogits {
  readonly realLogits: tf.Tensor;
  readonly fakeLogits: tf.Tensor;
}

/** What a generator is judged by; only relativistic losses look at the real ones. */
export interface GeneratorLogits {
  readonly fakeLogits: tf.Tensor;
  readonly realLogits?: tf.Tensor | undefined;
}

/** The two sides of a game. Both are scalars to be minimised, averaged over all logits. */
export interface AdversarialLoss {
  readonly discriminator: (logits: DiscriminatorLogits) => tf.Scalar;
  readonly generator: (logits: GeneratorLogits) => tf.Scalar;
  /** Whether `generator` needs `realLogits`, which cost the generator's step a forward pass. */
  readonly generatorNeedsRealLogits: boolean;
}

const mean = (values: tf.Tensor): tf.Scalar => tf.mean(values);

/** −log σ(x), stable for every x. */
const costOfDoubt = (logits: tf.Tensor): tf.Scalar => mean(tf.softplus(tf.neg(logits)));

/** −log(1 − σ(x)), stable for every x. */
const costOfBelief = (logits: tf.Tensor): tf.Scalar => mean(tf.softplus(logits));

/** Binary cross-entropy against one label for all: −t·log σ(x) − (1 − t)·log(1 − σ(x)). */
function crossEntropy(logits: tf.Tensor, label: number): tf.Scalar {
  if (label === 1) return costOfDoubt(logits);
  if (label === 0) return costOfBelief(logits);
  return tf.add(tf.mul(costOfDoubt(logits), label), tf.mul(costOfBelief(logits), 1 - label));
}

/**
 * The game most GANs play: binary cross-entropy on logits, real and fake summed.
 *
 *     D = E[−log σ(D(x))] + E[−log(1 − σ(D(G(z))))]     2·ln 2 = 1.3863 at logit 0
 *     G = E[−log σ(D(G(z)))]                              ln 2 = 0.6931 at logit 0
 *
 * Where a system publishes the mean of D's two parts, halve it.
 *
 * Paper: Goodfellow et al., "Generative adversarial networks" (arXiv 1406.2661), section 3.
 */
export const nonSaturating: AdversarialLoss = labelSmoothedNonSaturating({ realLabel: 1 });

/**
 * {@link nonSaturating} with one-sided label smoothing: D is asked for `realLabel` on real images
 * instead of 1, which keeps it from becoming certain. Fakes keep the label 0, and G its aim of 1.
 *
 * Paper: Salimans et al., "Improved techniques for training GANs" (arXiv 1606.03498), section 3.4.
 *
 * @param options.realLabel the label of real images, above 0 and at most 1; 0.9 is usual
 * @throws UserError for any other label
 */
export function labelSmoothedNonSaturating({ realLabel }: { realLabel: number }): AdversarialLoss {
  assertRealLabel('labelSmoothedNonSaturating', realLabel);
  return {
    discriminator: ({ realLogits, fakeLogits }) =>
      tf.add(crossEntropy(realLogits, realLabel), crossEntropy(fakeLogits, 0)),
    generator: ({ fakeLogits }) => crossEntropy(fakeLogits, 1),
    generatorNeedsRealLogits: false,
  };
}

function assertRealLabel(who: string, realLabel: number): void {
  if (realLabel > 0 && realLabel <= 1) return;
  throw new UserError(
    `${who}: expected a realLabel above 0 and at most 1, received ${String(realLabel)}. ` +
      `0.9 is usual.`,
  );
}

/**
 * The minimax game as first stated: D as in {@link nonSaturating}, and G minimises what D
 * maximises. G's gradient vanishes while D is certain, so this is for study.
 *
 *     G = E[log(1 − σ(D(G(z))))]     −0.6931 at logit 0
 *
 * Paper: Goodfellow et al., "Generative adversarial networks" (arXiv 1406.2661), equation 1.
 */
export const saturating: AdversarialLoss = {
  discriminator: nonSaturating.discriminator,
  generator: ({ fakeLogits }) => tf.neg(costOfBelief(fakeLogits)),
  generatorNeedsRealLogits: false,
};

const halfSquaredDistance = (logits: tf.Tensor, target: number): tf.Scalar =>
  tf.mul(mean(tf.square(tf.sub(logits, target))), 0.5);

/**
 * Least squares with targets 1 (real) and 0 (fake), without a sigmoid.
 *
 *     D = ½·E[(D(x) − 1)²] + ½·E[D(G(z))²]     0.25 where D is ½ everywhere
 *     G = ½·E[(D(G(z)) − 1)²]
 *
 * CycleGAN halves D's sum in the same way but leaves G whole: its G term is twice this one.
 *
 * Paper: Mao et al., "Least squares generative adversarial networks" (arXiv 1611.04076),
 * equation 9.
 */
export const leastSquares: AdversarialLoss = labelSmoothedLeastSquares({ realLabel: 1 });

/**
 * {@link leastSquares} with one-sided label smoothing: D's target on real images is `realLabel`
 * instead of 1. Fakes keep the target 0, and G its aim of 1.
 *
 * @param options.realLabel the target on real images, above 0 and at most 1; 0.9 is usual
 * @throws UserError for any other target
 */
export function labelSmoothedLeastSquares({ realLabel }: { realLabel: number }): AdversarialLoss {
  assertRealLabel('labelSmoothedLeastSquares', realLabel);
  return {
    discriminator: ({ realLogits, fakeLogits }) =>
      tf.add(halfSquaredDistance(realLogits, realLabel), halfSquaredDistance(fakeLogits, 0)),
    generator: ({ fakeLogits }) => halfSquaredDistance(fakeLogits, 1),
    generatorNeedsRealLogits: false,
  };
}

/** E[max(0, 1 − x)]: nothing more to gain above 1. */
const marginBelowOne = (logits: tf.Tensor): tf.Scalar => mean(tf.relu(tf.sub(1, logits)));

/** E[max(0, 1 + x)]: nothing more to gain below −1. */
const marginAboveMinusOne = (logits: tf.Tensor): tf.Scalar => mean(tf.relu(tf.add(logits, 1)));

/**
 * The hinge: D only pushes on verdicts within the margin.
 *
 *     D = E[max(0, 1 − D(x))] + E[max(0, 1 + D(G(z)))]     2 at logit 0
 *     G = −E[D(G(z))]
 *
 * Papers: Lim and Ye, "Geometric GAN" (arXiv 1705.02894); Miyato et al. (arXiv 1802.05957).
 */
export const hinge: AdversarialLoss = {
  discriminator: ({ realLogits, fakeLogits }) =>
    tf.add(marginBelowOne(realLogits), marginAboveMinusOne(fakeLogits)),
  generator: ({ fakeLogits }) => tf.neg(mean(fakeLogits)),
  generatorNeedsRealLogits: false,
};

/** Each verdict less the average verdict on the other kind. */
const relativeTo = (logits: tf.Tensor, others: tf.Tensor): tf.Tensor =>
  tf.sub(logits, mean(others));

/**
 * The hinge on relative verdicts: how much more real than the average of the other kind.
 * With r = D(x) − E[D(G(z))] and f = D(G(z)) − E[D(x)]:
 *
 *     D = E[max(0, 1 − r)] + E[max(0, 1 + f)]     2 where D is the same everywhere
 *     G = E[max(0, 1 + r)] + E[max(0, 1 − f)]
 *
 * Paper: Jolicoeur-Martineau, "The relativistic discriminator" (arXiv 1807.00734), appendix D.
 *
 * @throws UserError when `generator` is not given the real logits
 */
export const relativisticAverageHinge: AdversarialLoss = {
  discriminator: ({ realLogits, fakeLogits }) =>
    tf.add(
      marginBelowOne(relativeTo(realLogits, fakeLogits)),
      marginAboveMinusOne(relativeTo(fakeLogits, realLogits)),
    ),
  generator: ({ fakeLogits, realLogits }) => {
    if (!realLogits) {
      throw new UserError(
        'relativisticAverageHinge: expected generator({ fakeLogits, realLogits }), received no ' +
          'realLogits. Pass the verdicts on a batch of real images.',
      );
    }
    return tf.add(
      marginAboveMinusOne(relativeTo(realLogits, fakeLogits)),
      marginBelowOne(relativeTo(fakeLogits, realLogits)),
    );
  },
  generatorNeedsRealLogits: true,
};

/**
 * The critic's estimate of the Wasserstein distance, negated to be minimised. It holds only for a
 * critic kept smooth: by clipped weights, or by a gradient penalty.
 *
 *     D = −E[D(x)] + E[D(G(z))]
 *     G = −E[D(G(z))]
 *
 * Paper: Arjovsky, Chintala, Bottou, "Wasserstein GAN" (arXiv 1701.07875).
 */
export const wasserstein: AdversarialLoss = {
  discriminator: ({ realLogits, fakeLogits }) => tf.sub(mean(fakeLogits), mean(realLogits)),
  generator: ({ fakeLogits }) => tf.neg(mean(fakeLogits)),
  generatorNeedsRealLogits: false,
};

/** Every adversarial loss under the name that configurations use. */
export const adversarialLosses = {
  nonSaturating,
  saturating,
  leastSquares,
  hinge,
  relativisticAverageHinge,
  wasserstein,
} as const satisfies Record<string, AdversarialLoss>;

/** A key of {@link adversarialLosses}. */
export type AdversarialLossName = keyof typeof adversarialLosses;
