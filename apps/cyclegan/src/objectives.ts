import {
  labelSmoothedNonSaturating,
  leastSquares,
  wasserstein,
  type AdversarialLoss,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Config } from './config.ts';

/** The adversarial game with CycleGAN's weights of its two sides. */
export interface Objective extends Pick<AdversarialLoss, 'discriminator' | 'generator'> {
  /** Mean verdict, where 1 says real and 0 fake; undefined where verdicts have no scale. */
  readonly score?: (logits: tf.Tensor) => tf.Scalar;
}

/**
 * The game of `--loss`. CycleGAN takes the mean of a discriminator's two errors, and leaves a
 * generator's whole. A critic's game is played as its paper says, without halving.
 */
export function createObjective({
  loss,
  labelSmoothing,
}: Pick<Config, 'loss' | 'labelSmoothing'>): Objective {
  const realLabel = 1 - labelSmoothing;
  switch (loss) {
    case 'lsgan':
      return {
        discriminator: ({ realLogits, fakeLogits }) => {
          const errors = [tf.square(tf.sub(realLogits, realLabel)), tf.square(fakeLogits)];
          return tf.div(tf.addN(errors.map((squares) => tf.mean(squares))), 2);
        },
        generator: (logits) => tf.mul(leastSquares.generator(logits), 2),
        score: (logits) => tf.mean(logits),
      };
    case 'bce': {
      const { discriminator, generator } = labelSmoothedNonSaturating({ realLabel });
      return {
        discriminator: (logits) => tf.div(discriminator(logits), 2),
        generator,
        score: (logits) => tf.mean(tf.sigmoid(logits)),
      };
    }
    case 'wgan-gp':
      return wasserstein;
  }
}
