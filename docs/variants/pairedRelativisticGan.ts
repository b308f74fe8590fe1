import { fields, gameOf, noiseNetworks, noiseToImage, stopGradient } from '@gan-zoo/core';
import { noiseToImageFields, refuseNoiseToImageMistakes, withDefaults } from '@gan-zoo/core';
import type { NoiseBatch } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** Every option of drawing pictures of noise, with other defaults: R1 and R2 on, no batch norm. */
const schema = z
  .object({
    ...withDefaults(noiseToImageFields, {
      ...{ imageSize: 32, discriminatorBatchNorm: false, beta1: 0, emaDecay: 0.999 },
      ...{ r1Gamma: 1, r2Gamma: 1, r1EverySteps: 1 },
    }),
    data: fields.data.default('data/lorelei'),
  })
  .superRefine(refuseNoiseToImageMistakes);

/** E[softplus(−difference)]: small where the first picture of every pair is judged more real. */
const preferred = (more: tf.Tensor, less: tf.Tensor): tf.Scalar =>
  tf.mean(tf.softplus(tf.sub(less, more)));

/**
 * A relativistic GAN of pairs: D says which of a real and a fake picture is the more real one, and G
 * wants it to be the fake. With R1 and R2 this converges where other games circle.
 *
 * Papers: Jolicoeur-Martineau, "The relativistic discriminator" (arXiv 1807.00734); Huang et al.,
 * "The GAN is dead; long live the GAN! A modern GAN baseline" (arXiv 2501.05441).
 */
const createGame = (config: z.output<typeof schema>) =>
  gameOf<NoiseBatch>()({
    networks: noiseNetworks(config),
    averaged: ['generator'],
    turns: {
      discriminator: {
        trains: ['discriminator'],
        loss: ({ generator, discriminator }, { realImages, latents }) => {
          const fake = stopGradient(generator(latents));
          const { realLogits, fakeLogits } = discriminator.judge({ real: realImages, fake });
          return preferred(realLogits, fakeLogits);
        },
      },
      generator: {
        trains: ['generator'],
        loss: ({ generator, discriminator }, { realImages, latents }) => {
          const fake = generator(latents);
          const { realLogits, fakeLogits } = discriminator.judge({ real: realImages, fake });
          return preferred(fakeLogits, realLogits);
        },
      },
    },
  });

/** All that `train`, `generate`, `evaluate`, `doctor`, `verify` and the rest need. */
export const pairedRelativisticGan = noiseToImage({
  ...{ name: 'paired-relativistic-gan', version: '0.1.0', schema, createGame },
  ...{ presets: { published: { description: 'As it is', values: {} } } },
  ...{ defaultPreset: 'published', needsRealImages: true },
});
