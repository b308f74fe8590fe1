import { gameOf, labelSmoothedNonSaturating, stopGradient } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { glyphLosses, outcomeOf, pairOf } from '../glyphLosses.ts';
import type { Pairs } from '../method.ts';
import { createNetworks } from './networks.ts';

/**
 * pix2pix: D tells true pairs from drawn ones; G is rewarded for pairs that D takes for true and for
 * glyphs that are like the true ones. Both see one and the same drawing.
 *
 * Paper: Isola et al., "Image-to-image translation with conditional adversarial networks"
 * (arXiv 1611.07004).
 */
export function createGame(config: Settings) {
  const adversarial = labelSmoothedNonSaturating({ realLabel: 1 - config.labelSmoothing });
  return gameOf<Pairs>()({
    networks: createNetworks(config),
    averaged: ['generator'],
    score: { name: 'Score', of: (logits) => tf.mean(tf.sigmoid(logits)) },
    turns: {
      discriminator: {
        trains: ['discriminator'],
        loss: ({ generator, discriminator }, { source, target }) => {
          const fake = stopGradient(generator.peek(source));
          const logits = discriminator.judge({
            real: pairOf(source, target),
            fake: pairOf(source, fake),
          });
          return tf.div(adversarial.discriminator(logits), 2);
        },
      },
      generator: {
        trains: ['generator'],
        loss: ({ generator, discriminator }, { source, target }) => {
          const fake = generator(source) as tf.Tensor4D;
          const { logits, features } = discriminator.sees('fake', pairOf(source, fake));
          const wanted = () => discriminator.peek(pairOf(source, target)).features;
          return outcomeOf({
            generatorLoss: [adversarial.generator({ fakeLogits: logits }), 1],
            ...glyphLosses(config, { fake, target, judged: { features, wanted } }),
          });
        },
      },
    },
  });
}
