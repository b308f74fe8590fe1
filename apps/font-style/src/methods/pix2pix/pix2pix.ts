import type { HostTensor } from '@gan-zoo/compiler';
import { applyNetwork, dcganNormal, dropoutMasks, type Random } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import type { Drawn, Method, Part } from '../method.ts';
import { createTurnInputs, masksOf, partsOfStep } from '../parts.ts';
import { createGame } from './game.ts';
import { createNetworks } from './networks.ts';

type Masks<Leaf = tf.Tensor> = Readonly<Record<string, Leaf>>;

/** Draws the masks of the generator's dropout for so many pictures. */
function generatorMasks(config: Settings, random: Random, count: number) {
  const { imageSize, channels } = config;
  const shape = [count, imageSize, imageSize, channels];
  const masksAt = masksOf(dropoutMasks(createNetworks(config).generator, shape), random);
  return (stream: string, step: number): { readonly masks?: Masks<HostTensor> } => {
    const masks = masksAt(stream, step);
    return masks === undefined ? {} : { masks };
  };
}

const createParts: Method['createParts'] = (config, tools) => {
  const { batchSize, channels } = config;
  const inputs = createTurnInputs(config, tools, ['discriminator'], [batchSize, 2 * channels]);
  const masksAt = generatorMasks(config, tools.random, batchSize);
  return (step, { source, target }) =>
    partsOfStep(config, step, (update, at): Part[] => {
      const { masks } = masksAt('dropout/generator', at);
      return [
        {
          ...{ source, target },
          ...(masks && { masks: { generator: masks } }),
          ...(update === 0 ? { discriminator: inputs.discriminator(step) } : {}),
          generator: inputs.generator(at),
        },
      ];
    });
};

interface Inputs {
  readonly source: tf.Tensor4D;
  readonly masks?: Masks;
}

/**
 * As published, with dropout; with batch norm every picture by itself and by its own statistics, as
 * those of batches of one picture are none to go by.
 */
const draw = (config: Settings) => {
  const module = createNetworks(config).generator;
  return ({ generator }: Drawn, { source, masks = {} }: Inputs): tf.Tensor => {
    const apply = (images: tf.Tensor, own: Masks): tf.Tensor =>
      applyNetwork(module, generator!, [images], { training: true, masks: own }).output;
    if (config.norm !== 'batch') return apply(source, masks);
    const one = (tensor: tf.Tensor, index: number): tf.Tensor => tf.slice(tensor, index, 1);
    const drawn = Array.from({ length: source.shape[0] }, (_, index) => {
      const own = Object.entries(masks).map(([name, mask]) => [name, one(mask, index)] as const);
      return apply(one(source, index), Object.fromEntries(own));
    });
    return tf.concat(drawn, 0);
  };
};

/** pix2pix: learns one style from pairs; of several it learns their mean. See {@link createGame}. */
export const pix2pix: Method = {
  createGame,
  scheme: () => dcganNormal,
  createParts,
  sampleInputs: (config, random, { source }) => ({
    source,
    ...generatorMasks(config, random, source.shape[0]!)('dropout/samples', 0),
  }),
  draw,
  styles: {
    length: () => 0,
    of: () => new Float32Array(),
    draw,
    inputs: (config, random, count) => generatorMasks(config, random, count)('dropout/generate', 0),
  },
  judges: 'pairs',
};
