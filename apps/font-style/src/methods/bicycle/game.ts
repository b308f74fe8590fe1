import { gameOf, klToStandardNormal, l1Loss, stopGradient, type Turn } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { glyphLosses, outcomeOf } from '../glyphLosses.ts';
import type { Pairs } from '../method.ts';
import { createNetworks } from './networks.ts';

/**
 * A batch of BicycleGAN, in halves: of the first one glyphs are drawn, the targets of the second one
 * are what glyphs in random styles are compared with. Without random styles it is all drawn.
 */
interface Batch extends Pairs {
  /** Glyphs that styles are read off instead of the targets [N, S, S, C]. */
  readonly references?: tf.Tensor4D;
  /** Random styles [N/2, Z] ~ N(0, 1); absent before the discriminators take part. */
  readonly latents?: tf.Tensor2D;
  /**
   * By how much of a deviation styles differ from the mean that was read off [N/2, Z] ~ N(0, 1), or
   * [N, Z] where there are no random styles.
   */
  readonly deviations: tf.Tensor2D;
  /** Glyphs in styles that were read off, and in random ones, as the generator's turn drew them. */
  readonly encoded?: tf.Tensor;
  readonly random?: tf.Tensor;
}

type LossOf = Turn<ReturnType<typeof createNetworks>, Batch, object>['loss'];

/**
 * BicycleGAN: styles are vectors, read off a glyph or drawn at random. Generator and encoder play
 * first; both discriminators then look at the glyphs as they were drawn before that, as published.
 *
 * Paper: Zhu et al., "Toward multimodal image-to-image translation" (arXiv 1711.11586).
 */
export function createGame(config: Settings) {
  return gameOf<Batch>()({
    networks: createNetworks(config),
    averaged: ['generator', 'encoder'],
    rememberedBy: 'network',
    score: { name: 'Score', of: (logits) => tf.mean(logits) },
    turns: {
      generator: { trains: ['generator', 'encoder'], loss: generatorLossOf(config) },
      discriminator: {
        trains: ['discriminator', 'discriminator2'],
        loss: discriminatorLossOf(config),
      },
    },
  });
}

/** Least squares of both scales, summed. */
const distance = ({ logits }: { readonly logits: readonly tf.Tensor[] }, label: number) =>
  tf.addN(logits.map((map) => tf.mean(tf.square(tf.sub(map, label)))));

/**
 * cVAE-GAN: the style is read off the target, z = E(B), or off another glyph of its font; the glyph
 * drawn in it must be the target (L1), be taken for real by D, and styles must stay near N(0, 1)
 * (KL). cLR-GAN: the style is random, the glyph must be taken for real by D2, and the encoder must
 * find the style in it again; this last loss trains the generator alone.
 *
 * Of a batch without random styles there is only the cVAE: no discriminator looks.
 */
function generatorLossOf(config: Settings): LossOf {
  return ({ generator, encoder, discriminator, discriminator2 }, batch) => {
    const { latents } = batch;
    const { source, target, styled } = latents === undefined ? wholeOf(batch) : halvesOf(batch);
    const style = encoder(styled);
    const klLoss = () => [klToStandardNormal(style), config.lambdaKl] as const;
    const read = sampleStyle(style, batch.deviations);
    if (latents === undefined) {
      const fake = generator(source, read) as tf.Tensor4D;
      const { loss, metrics } = outcomeOf({
        klLoss: klLoss(),
        ...glyphLosses(config, { fake, target }),
      });
      return { loss, metrics: { generatorLoss: undefined, ...metrics } };
    }
    const { encoded, random } = drawBoth(generator, source, read, latents);
    // What spectral norm remembers goes on in the discriminators' own turn.
    const judged = discriminator.peek.sees('fake', encoded);
    const judged2 = discriminator2.peek.sees('fake', random);
    const found = encoder.held(random).mean;
    const wanted = () => discriminator.peek(target).features;
    const { loss, metrics } = outcomeOf({
      generatorLoss: [distance(judged, 1), 1],
      generator2Loss: [distance(judged2, 1), config.lambdaGan2],
      klLoss: klLoss(),
      latentLoss: [l1Loss({ images: found, targets: latents }), config.lambdaLatent],
      ...glyphLosses(config, {
        ...{ fake: encoded, target, judged: { features: judged.features, wanted } },
      }),
    });
    // Styles that make no difference are the failure to look out for.
    const diversity = l1Loss({ images: random, targets: encoded });
    return { loss, metrics: { ...metrics, diversity }, pass: { encoded, random } };
  };
}

/**
 * The first discriminator sees targets and glyphs in their styles, the second one other targets and
 * glyphs in random styles: real and fake and both scales summed, as published.
 */
function discriminatorLossOf({ labelSmoothing }: Settings): LossOf {
  return ({ generator, encoder, discriminator, discriminator2 }, batch) => {
    const { source, target, styled, others } = halvesOf(batch);
    let { encoded, random } = batch;
    if (encoded === undefined || random === undefined) {
      const read = sampleStyle(encoder.peek(styled), batch.deviations);
      ({ encoded, random } = drawBoth(generator.peek, source, read, batch.latents!));
    }
    const lossOf = (judge: typeof discriminator, real: tf.Tensor, fake: tf.Tensor): tf.Tensor =>
      tf.add(
        distance(judge.sees('real', real), 1 - labelSmoothing),
        distance(judge.sees('fake', stopGradient(fake)), 0),
      );
    const discriminatorLoss = lossOf(discriminator, target, encoded);
    const discriminator2Loss = lossOf(discriminator2, others, random);
    return {
      loss: tf.add(discriminatorLoss, discriminator2Loss),
      metrics: { discriminatorLoss, discriminator2Loss },
    };
  };
}

/** A style as the encoder reads it. */
type ReadStyle = Parameters<typeof klToStandardNormal>[0];

/** A sample of a style: mean + deviation · noise. */
const sampleStyle = ({ mean, logVariance }: ReadStyle, deviations: tf.Tensor): tf.Tensor =>
  tf.add(mean, tf.mul(tf.exp(tf.div(logVariance, 2)), deviations));

/** Draws the sources in both kinds of styles, as one batch: no picture looks at another. */
function drawBoth(
  generator: (source: tf.Tensor, styles: tf.Tensor) => tf.Tensor,
  source: tf.Tensor,
  read: tf.Tensor,
  latents: tf.Tensor,
): Record<'encoded' | 'random', tf.Tensor4D> {
  const both = generator(tf.concat([source, source], 0), tf.concat([read, latents], 0));
  const [encoded, random] = tf.split(both as tf.Tensor4D, 2, 0) as [tf.Tensor4D, tf.Tensor4D];
  return { encoded, random };
}

/** A batch, and what styles are read off. */
const wholeOf = ({ source, target, references }: Batch) => ({
  ...{ source, target, styled: references ?? target },
});

/** The first half of a batch, and the targets of the second one. */
function halvesOf(batch: Batch) {
  const { source, target, styled } = wholeOf(batch);
  const half = source.shape[0] / 2;
  const first = (images: tf.Tensor4D): tf.Tensor4D => tf.slice(images, 0, half);
  const others = tf.slice(target, half, half);
  return { source: first(source), target: first(target), styled: first(styled), others };
}
