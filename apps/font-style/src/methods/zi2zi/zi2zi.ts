import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { applyNetwork, dropoutMasks, UsageError, zeros } from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import type { Drawn, Method, Part, StyleTables } from '../method.ts';
import { createTurnInputs, masksOf, partsOfStep } from '../parts.ts';
import { createGame } from './game.ts';
import { createGenerator } from './networks.ts';

/**
 * Styles as weights of slots [N, slots]: a one in each style's own.
 *
 * @throws UsageError when there are not so many slots
 */
function slotsOf({ slots, firstSlot }: Settings, styles: ArrayLike<number>): HostTensor<'float32'> {
  const places = Array.from(styles, (style) => firstSlot + style);
  const highest = Math.max(...places);
  if (highest >= slots) {
    throw new UsageError(
      `--slots: expected room for style ${highest - firstSlot} of the data set in slot ${highest}, ` +
        `received ${slots}. Use at least ${highest + 1}, or fewer --styles.`,
    );
  }
  const weights = new Float32Array(places.length * slots);
  places.forEach((place, row) => (weights[row * slots + place] = 1));
  return hostTensor([places.length, slots], weights);
}

/**
 * The turn of the discriminator with the first of the generator, then the generator's others with
 * masks of their own; in micro-batches each of them by itself.
 */
const createParts: Method['createParts'] = (config, tools) => {
  const { batchSize, imageSize, channels, slots, shuffleFromEpoch = Infinity } = config;
  const inputs = createTurnInputs(config, tools, ['discriminator'], [batchSize, 2 * channels]);
  const pictures = [batchSize, imageSize, imageSize, channels];
  const specs = dropoutMasks(createGenerator(config), pictures, [batchSize, slots]);
  const masksAt = masksOf(specs, tools.random);
  const shuffles = tools.random.stream('styles/shuffle');
  return (step, { source, target, styles: { data: styles } }) => {
    const pairs = { source, target, styles: slotsOf(config, styles) };
    const isShuffled = step >= shuffleFromEpoch * tools.stepsPerEpoch;
    const order = isShuffled ? shuffles.at(step).permutation(styles.length) : [];
    const shuffledStyles = Array.from(order, (place) => styles[place]!);
    return partsOfStep(config, step, (update, at) => {
      const masks = masksAt('dropout/generator', at);
      const shuffledMasks = isShuffled ? masksAt('dropout/shuffled', at) : undefined;
      const shared: Part = {
        ...pairs,
        ...(masks && { masks: { generator: masks } }),
        ...(isShuffled ? { shuffledStyles: slotsOf(config, shuffledStyles) } : {}),
        ...(shuffledMasks && { shuffledMasks }),
      };
      const generator = inputs.generator(at);
      if (update > 0) return [{ ...shared, generator }];
      const discriminator = inputs.discriminator(step);
      if (config.accumulationSteps === 1) return [{ ...shared, discriminator, generator }];
      return [
        { ...shared, discriminator },
        { ...shared, generator },
      ];
    });
  };
};

type Inputs = Readonly<Record<'source' | 'styles', tf.Tensor>>;

const draw = (config: Settings) => {
  const module = createGenerator(config);
  return ({ generator }: Drawn, { source, styles }: Inputs): tf.Tensor =>
    applyNetwork(module, generator!, [source, styles], { training: false }).output.images;
};

/**
 * The style vectors, if they are learned, the scales and shifts of conditional norms, and the layer
 * that names styles.
 */
function tables(config: Settings): StyleTables {
  const { parameters } = createGenerator(config);
  return {
    generator: (name) => parameters[name]?.role === 'embedding',
    discriminator: (name) => name.startsWith('style.'),
  };
}

/** zi2zi: one network for many fonts, each of which is a style vector. See {@link createGame}. */
export const zi2zi: Method = {
  createGame,
  /** Kernels as each layer has them, of deviation .02; biases begin at 0. */
  scheme: () => ({ bias: zeros() }),
  createParts,
  sampleInputs: (config, _random, { source, styles }) => ({
    source,
    styles: slotsOf(config, styles.data),
  }),
  draw,
  styles: {
    length: ({ slots }) => slots,
    of: (config, place) => slotsOf(config, [place]).data,
    tables,
    draw,
  },
  judges: 'pairs',
};
