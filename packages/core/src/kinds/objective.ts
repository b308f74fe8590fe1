import * as tf from '@tensorflow/tfjs';
import type { Score } from '../gan/game/index.ts';
import {
  type AdversarialLoss,
  hinge,
  labelSmoothedLeastSquares,
  labelSmoothedNonSaturating,
  leastSquares,
  relativisticAverageHinge,
  saturating,
  wasserstein,
} from '../model/losses/index.ts';

/** Adversarial losses, by the names that configurations use. */
export const lossNames = [
  'bce',
  'minimax',
  'lsgan',
  'hinge',
  'relativistic',
  'wgan',
  'wgan-gp',
] as const;

/** A value of {@link lossNames}. */
export type LossName = (typeof lossNames)[number];

/** What {@link objectiveOf} reads of a configuration. */
export interface ObjectiveConfig {
  readonly loss: LossName;
  readonly labelSmoothing: number;
}

/** An adversarial loss with what else follows from its name. */
export interface Objective extends AdversarialLoss {
  /** Absent where verdicts have no scale. */
  readonly score?: Score;
}

/** Whether a loss asks D for labels, which can be smoothed. */
export const hasLabels = (loss: LossName): boolean => loss === 'bce' || loss === 'lsgan';

/** Whether a loss comes with a gradient penalty. */
export const hasPenalty = (loss: LossName): boolean => loss === 'wgan-gp';

const probability: Score = { name: 'Score', of: (logits) => tf.mean(tf.sigmoid(logits)) };
const answer: Score = { name: 'Score', of: (logits) => tf.mean(logits) };
/** A hinge's margins, -1 and 1, as 0 and 1. */
const margin: Score = { name: 'Score', of: (logits) => tf.div(tf.add(tf.mean(logits), 1), 2) };

/** The game of `--loss`, each as its paper states it. */
export function objectiveOf({ loss, labelSmoothing }: ObjectiveConfig): Objective {
  const realLabel = 1 - labelSmoothing;
  switch (loss) {
    case 'bce':
      return { ...labelSmoothedNonSaturating({ realLabel }), score: probability };
    case 'minimax':
      return { ...saturating, score: probability };
    case 'lsgan':
      return { ...labelSmoothedLeastSquares({ realLabel }), score: answer };
    case 'hinge':
      return { ...hinge, score: margin };
    case 'relativistic':
      return relativisticAverageHinge;
    case 'wgan':
    case 'wgan-gp':
      return wasserstein;
  }
}

/**
 * The same as pix2pix and CycleGAN publish it: D's error is the mean of its two parts and G's is
 * whole, where they have labels. Other games are played as {@link objectiveOf} states them.
 */
export function meanObjectiveOf(config: ObjectiveConfig): Objective {
  const own = objectiveOf(config);
  const realLabel = 1 - config.labelSmoothing;
  switch (config.loss) {
    case 'bce':
    case 'minimax':
      return { ...own, discriminator: (logits) => tf.div(own.discriminator(logits), 2) };
    case 'lsgan':
      return {
        ...own,
        discriminator: ({ realLogits, fakeLogits }) => {
          const errors = [tf.square(tf.sub(realLogits, realLabel)), tf.square(fakeLogits)];
          return tf.div(tf.addN(errors.map((squares) => tf.mean(squares))), 2);
        },
        generator: (logits) => tf.mul(leastSquares.generator(logits), 2),
      };
    default:
      return own;
  }
}
