import { gameOf, labelSmoothedNonSaturating, stopGradient } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Config } from './config.ts';
import { createDiscriminator, createGenerator } from './networks.ts';

/** What comes in with an update. */
interface Batch {
  /** [N, S, S, 3] in [-1, 1]; for the discriminator's update alone. */
  readonly realImages: tf.Tensor4D;
  /** [N, 1, 1, Z]. */
  readonly latents: tf.Tensor4D;
}

/**
 * DCGAN: real and fake pictures go through D one after the other, and G is rewarded for fakes that D
 * takes for real.
 *
 * Paper: Radford et al., "Unsupervised representation learning with deep convolutional generative
 * adversarial networks" (arXiv 1511.06434).
 */
export function createGame(config: Config) {
  const loss = labelSmoothedNonSaturating({ realLabel: 1 - config.labelSmoothing });
  return gameOf<Batch>()({
    networks: { generator: createGenerator(config), discriminator: createDiscriminator(config) },
    averaged: ['generator'],
    score: { name: 'Probability', of: (logits) => tf.mean(tf.sigmoid(logits)) },
    turns: {
      discriminator: {
        trains: ['discriminator'],
        loss: ({ generator, discriminator }, { realImages, latents }) =>
          loss.discriminator(
            discriminator.judge({ real: realImages, fake: stopGradient(generator(latents)) }),
          ),
      },
      generator: {
        trains: ['generator'],
        loss: ({ generator, discriminator }, { latents }) =>
          loss.generator(discriminator.judge({ fake: generator(latents) })),
      },
    },
  });
}
