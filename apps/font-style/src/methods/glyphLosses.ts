import { l1Loss, pyramidLoss, totalVariation } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../settings.ts';

/** Losses by the names of their metrics, with their weights. */
export type WeightedLosses = Readonly<Record<string, readonly [loss: tf.Tensor, weight: number]>>;

/**
 * How grey pictures are: E[1 − y²], 0 where all is ink (−1) or paper (1). It makes edges hard, and,
 * as the published study found, drops faint strokes.
 *
 * Shape: any, values in [-1, 1].
 */
export const binaryLoss = (images: tf.Tensor): tf.Scalar => tf.sub(1, tf.mean(tf.square(images)));

/**
 * How differently a discriminator sees ours and true glyphs: the mean absolute difference of its
 * features, averaged over its layers; the true ones are held constant.
 *
 * Paper: Salimans et al., "Improved techniques for training GANs" (arXiv 1606.03498), section 3.1.
 *
 * @param features of our glyphs, layer by layer
 * @param wanted those of the true glyphs
 */
export const featureLoss = (
  features: readonly tf.Tensor[],
  wanted: readonly tf.Tensor[],
): tf.Scalar =>
  tf.div(
    tf.addN(features.map((images, layer) => l1Loss({ images, targets: wanted[layer]! }))),
    features.length,
  );

/** What {@link glyphLosses} looks at. */
export interface GlyphLossInputs {
  readonly fake: tf.Tensor4D;
  readonly target: tf.Tensor4D;
  /**
   * D's features of the fake glyphs, and how to get those of the true ones; absent where no D looks.
   */
  readonly judged?: {
    readonly features: readonly tf.Tensor[];
    readonly wanted: () => readonly tf.Tensor[];
  };
}

/** Losses of the drawn glyphs themselves. */
export function glyphLosses(
  config: Settings,
  { fake, target, judged }: GlyphLossInputs,
): WeightedLosses {
  const { inkWeight, lambdaL1, lambdaPyramid, lambdaTotalVariation } = config;
  const { lambdaBinary, lambdaFeature } = config;
  // Ink is dark: where ours is brighter it lacks some.
  const pair = { images: fake, targets: target, brighterWeight: inkWeight };
  return {
    l1Loss: [l1Loss(pair), lambdaL1],
    ...(lambdaPyramid > 0 ? { pyramidLoss: [pyramidLoss(pair), lambdaPyramid] } : {}),
    ...(lambdaTotalVariation > 0
      ? {
          totalVariation: [totalVariation({ images: fake, norm: 'l2' }), lambdaTotalVariation],
        }
      : {}),
    ...(lambdaBinary > 0 ? { binaryLoss: [binaryLoss(fake), lambdaBinary] } : {}),
    ...(judged !== undefined && lambdaFeature > 0
      ? { featureLoss: [featureLoss(judged.features, judged.wanted()), lambdaFeature] }
      : {}),
  };
}

/** The sum of losses by their weights. */
export const weightedSum = (
  terms: readonly (readonly [loss: tf.Tensor, weight: number])[],
): tf.Tensor =>
  tf.addN(terms.map(([loss, weight]) => (weight === 1 ? loss : tf.mul(loss, weight))));

/** A turn's outcome: the sum of losses by their weights; each is logged without its weight. */
export const outcomeOf = (losses: WeightedLosses) => ({
  loss: weightedSum(Object.values(losses)),
  metrics: Object.fromEntries(Object.entries(losses).map(([name, [loss]]) => [name, loss])),
});

/** Glyphs [N, S, S, C] beside their sources, as a discriminator of pairs sees them. */
export const pairOf = (source: tf.Tensor, images: tf.Tensor): tf.Tensor =>
  tf.concat([source, images], 3);
