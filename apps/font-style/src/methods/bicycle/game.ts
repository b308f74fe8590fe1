import { applyNetwork, seenBy, type NetworkState, type ViewInputs } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { createNetworks } from './networks.ts';
import type { Batch } from './state.ts';

const training = { training: true } as const;

/** A style as the encoder reads it. */
export interface ReadStyle {
  readonly mean: tf.Tensor2D;
  readonly logVariance: tf.Tensor2D;
}

/** Something for glyphs in styles that were read off others, and for those in random ones. */
export type PerFake<Value> = Readonly<Record<'encoded' | 'random', Value>>;

/** Drawn glyphs. */
export type Fakes = PerFake<tf.Tensor4D>;

/** What a discriminator says at its two scales. */
export interface Verdict {
  /** Maps of logits, the larger one first. */
  readonly logits: readonly tf.Tensor[];
  readonly features: readonly tf.Tensor[];
}

/** The moves of BicycleGAN's game, which the updates are made of. */
export function createGame(config: Settings) {
  const networks = createNetworks(config);
  const realLabel = 1 - config.labelSmoothing;
  const distance = (logits: readonly tf.Tensor[], label: number): tf.Scalar =>
    tf.addN(logits.map((map) => tf.mean<tf.Scalar>(tf.square(tf.sub(map, label)))));
  return {
    /** Draws the sources in styles of one kind. */
    drawIn: (network: NetworkState, source: tf.Tensor4D, styles: tf.Tensor): tf.Tensor4D =>
      applyNetwork(networks.generator, network, [source, styles], training).output as tf.Tensor4D,
    /** Draws the sources in both kinds of styles, as one batch: no picture looks at another. */
    draw: (network: NetworkState, source: tf.Tensor4D, styles: PerFake<tf.Tensor>): Fakes => {
      const inputs = [
        tf.concat([source, source], 0),
        tf.concat([styles.encoded, styles.random], 0),
      ] as const;
      const { output } = applyNetwork(networks.generator, network, inputs, training);
      const [encoded, random] = tf.split(output as tf.Tensor4D, 2, 0);
      return { encoded: encoded as tf.Tensor4D, random: random as tf.Tensor4D };
    },
    read: (network: NetworkState, images: tf.Tensor): ReadStyle =>
      applyNetwork(networks.encoder, network, [images], training).output as ReadStyle,
    /** Judges glyphs by either discriminator; also its buffers afterwards. */
    judge: (network: NetworkState, images: tf.Tensor, view?: ViewInputs) => {
      const seen = seenBy(view, images);
      const { output, buffers } = applyNetwork(networks.discriminator, network, [seen], training);
      const { full, half } = output;
      return {
        logits: [full.at(-1)!, half.at(-1)!],
        features: [...full.slice(0, -1), ...half.slice(0, -1)],
        buffers,
      };
    },
    /** Least squares, real and fake and both scales summed, as published. */
    discriminatorLoss: (real: Verdict, fake: Verdict): tf.Scalar =>
      tf.add(distance(real.logits, realLabel), distance(fake.logits, 0)),
    generatorLoss: (fake: Verdict): tf.Scalar => distance(fake.logits, 1),
  };
}

/** See {@link createGame}. */
export type Game = ReturnType<typeof createGame>;

/** A sample of a style: mean + deviation · noise. */
export const sampleStyle = ({ mean, logVariance }: ReadStyle, deviations: tf.Tensor): tf.Tensor =>
  tf.add(mean, tf.mul(tf.exp(tf.div(logVariance, 2)), deviations));

/** A batch's halves. */
export function halvesOf({ source, target, references }: Batch) {
  const half = source.shape[0] / 2;
  const first = (images: tf.Tensor4D): tf.Tensor4D => tf.slice(images, 0, half);
  return {
    source: first(source),
    target: first(target),
    /** What styles are read off. */
    styled: first(references ?? target),
    others: tf.slice(target, half, half),
  };
}

/** The mean verdict over patches and scales: 1 says real, 0 fake. */
export const scoreOf = ({ logits }: Verdict): tf.Tensor =>
  tf.div(tf.addN(logits.map((map) => tf.mean(map))), logits.length);
