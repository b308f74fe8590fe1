import { gameOf, noiseNetworks, objectiveOf, stopGradient, type NoiseBatch } from '@gan-zoo/core';
import type { Config } from './config.ts';

/**
 * DCGAN: real and fake pictures go through D one after the other, and G is rewarded for fakes that D
 * takes for real.
 *
 * Paper: Radford et al., "Unsupervised representation learning with deep convolutional generative
 * adversarial networks" (arXiv 1511.06434).
 */
export function createGame(config: Config) {
  const loss = objectiveOf(config);
  return gameOf<NoiseBatch>()({
    networks: noiseNetworks(config),
    averaged: ['generator'],
    score: loss.score,
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
        loss: ({ generator, discriminator }, { realImages, latents }) =>
          loss.generator(discriminator.judge({ real: realImages, fake: generator(latents) })),
      },
    },
  });
}
