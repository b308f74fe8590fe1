import {
  gameOf,
  l1Loss,
  meanObjectiveOf,
  pairedNetworks,
  stopGradient,
  type PairedBatch,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Config } from './config.ts';

/**
 * pix2pix: D tells true pictures from translations, each beside its source; G is rewarded for
 * translations that D takes for true and that are like the true ones. Both see one and the same
 * translation.
 *
 * Paper: Isola et al., "Image-to-image translation with conditional adversarial networks"
 * (arXiv 1611.07004).
 */
export function createGame(config: Config) {
  const loss = meanObjectiveOf(config);
  const beside = (source: tf.Tensor, images: tf.Tensor): tf.Tensor =>
    tf.concat([source, images], 3);
  return gameOf<PairedBatch>()({
    networks: pairedNetworks(config),
    averaged: ['generator'],
    score: loss.score,
    turns: {
      discriminator: {
        trains: ['discriminator'],
        loss: ({ generator, discriminator }, { source, target }) =>
          loss.discriminator(
            discriminator.judge({
              real: beside(source, target),
              fake: beside(source, stopGradient(generator.peek(source))),
            }),
          ),
      },
      generator: {
        trains: ['generator'],
        loss: ({ generator, discriminator }, { source, target }) => {
          const fake = generator(source);
          const generatorLoss = loss.generator(
            discriminator.judge({
              ...(loss.generatorNeedsRealLogits && { real: beside(source, target) }),
              fake: beside(source, fake),
            }),
          );
          const l1 = l1Loss({ images: fake, targets: target });
          return {
            loss: tf.add(generatorLoss, tf.mul(l1, config.lambdaL1)),
            metrics: { generatorLoss, l1Loss: l1 },
          };
        },
      },
    },
  });
}
