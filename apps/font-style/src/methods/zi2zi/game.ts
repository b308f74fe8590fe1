import {
  applyNetwork,
  l2Loss,
  labelSmoothedNonSaturating,
  seenBy,
  sigmoidCrossEntropy,
  type NetworkState,
  type ViewInputs,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { pick } from '../networkUpdate.ts';
import { createDiscriminator, createEncoder, createGenerator } from './networks.ts';
import type { Batch } from './state.ts';

/** Glyphs drawn in styles, with all that the generator is judged by. */
export interface DrawnGlyphs {
  readonly images: tf.Tensor4D;
  /** The source's code. */
  readonly code: tf.Tensor;
}

/** What is to be drawn. */
export type Order = Pick<Batch, 'source' | 'styles' | 'masks'>;

/** What a discriminator says of pairs. */
export interface Verdict {
  readonly logits: tf.Tensor;
  readonly styleLogits: tf.Tensor;
  readonly features: readonly tf.Tensor[];
}

const training = true;

/** The moves of zi2zi's game, which both updates are made of. */
export function createGame(config: Settings) {
  const generator = createGenerator(config);
  const encoder = createEncoder(config);
  const discriminator = createDiscriminator(config);
  const { discriminator: discriminatorLoss, generator: generatorLoss } = labelSmoothedNonSaturating(
    { realLabel: 1 - config.labelSmoothing },
  );

  /** Draws the sources in styles; also the running statistics afterwards. */
  function draw(
    network: NetworkState,
    { source, styles, masks = {} }: Order,
  ): DrawnGlyphs & { readonly buffers: NetworkState['buffers'] } {
    const options = { training, masks };
    const { output, buffers } = applyNetwork(generator, network, [source, styles], options);
    return { images: output.images as tf.Tensor4D, code: output.code, buffers };
  }

  /** Judges pairs; also the running statistics afterwards. */
  function judge(
    network: NetworkState,
    source: tf.Tensor,
    images: tf.Tensor,
    view?: ViewInputs,
  ): Verdict & { readonly buffers: NetworkState['buffers'] } {
    const seen = seenBy(view, tf.concat([source, images], 3));
    const { output, buffers } = applyNetwork(discriminator, network, [seen], { training });
    return { ...output, buffers };
  }

  /**
   * How far a drawn glyph's code is from its source's: E[(E(A) − E(G(A)))²]. The drawn glyphs' own
   * statistics normalise them here, and leave the running ones alone.
   */
  function constantLoss(network: NetworkState, { images, code }: DrawnGlyphs): tf.Scalar {
    const ofEncoder = (name: string): boolean => name.startsWith('encoder.');
    const own: NetworkState = {
      params: pick(network.params, ofEncoder),
      buffers: pick(network.buffers, ofEncoder),
    };
    const layers = applyNetwork(encoder, own, [images], { training }).output;
    return l2Loss({ images: code, targets: layers.at(-1)! });
  }

  const categoryLoss = ({ styleLogits }: Verdict, styles: tf.Tensor): tf.Scalar =>
    sigmoidCrossEntropy({ logits: styleLogits, labels: styles });

  return { draw, judge, constantLoss, categoryLoss, discriminatorLoss, generatorLoss };
}

/** See {@link createGame}. */
export type Game = ReturnType<typeof createGame>;
