import type { HostTensor, Tree } from '@gan-zoo/compiler';
import {
  applyNetwork,
  averagedNetwork,
  drawMasks,
  dropoutMasks,
  initNetwork,
  microBatches,
  networkEma,
  UsageError,
  zeros,
  type GivenNetworks,
  type NetworkState,
  type Random,
} from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import type { Method, MethodTools, Part } from '../method.ts';
import { pick, startOptimizer } from '../networkUpdate.ts';
import { oneHot, regulariserInputs, withRate } from '../updateParts.ts';
import { beginStyles } from './beginStyles.ts';
import { createDiscriminator, createGenerator } from './networks.ts';
import type { Batch, State } from './state.ts';
import { createTrainStep } from './trainStep.ts';
import { isTrained } from './updateGenerator.ts';

const inference = { training: false } as const;

/** Kernels as each layer has them, of deviation .02; biases begin at 0. */
const scheme = { bias: zeros() };

function initState(config: Settings, random: Random, given: GivenNetworks = {}): Tree<HostTensor> {
  const init = { generator: createGenerator(config), discriminator: createDiscriminator(config) };
  const start = (name: keyof typeof init) =>
    given[name] ?? initNetwork(init[name], random, { name, scheme });
  const [generator, discriminator] = [start('generator'), start('discriminator')];
  const generatorAverage = networkEma({ decay: config.emaDecay }).init(generator);
  return {
    ...{ generator, discriminator },
    generatorOptimizer: startOptimizer(config, pick(generator.params, isTrained(config))),
    discriminatorOptimizer: startOptimizer(config, discriminator.params),
    ...(generatorAverage === undefined ? {} : { generatorAverage }),
  } as unknown as Tree<HostTensor>;
}

/** Styles by their slots. */
function slotsOf({ slots, firstSlot }: Settings, styles: ArrayLike<number>): HostTensor<'float32'> {
  const places = Array.from(styles, (style) => firstSlot + style);
  const highest = Math.max(...places);
  if (highest < slots) return oneHot(places, slots);
  throw new UsageError(
    `--slots: expected room for style ${highest - firstSlot} of the data set in slot ${highest}, ` +
      `received ${slots}. Use at least ${highest + 1}, or fewer --styles.`,
  );
}

/**
 * The update of the discriminator with the first of the generator, then the generator's others with
 * masks of their own; in micro-batches each of them by itself.
 */
function createParts(config: Settings, tools: MethodTools): ReturnType<Zi2zi['createParts']> {
  const { generatorUpdates, accumulationSteps, shuffleFromEpoch = Infinity } = config;
  const inputs = regulariserInputs(config, tools, 2 * config.channels);
  const masksAt = createMasks(config, tools.random);
  const shuffles = tools.random.stream('styles/shuffle');
  const firstShuffled = shuffleFromEpoch * tools.stepsPerEpoch;
  return (step, { source, target, styles }) => {
    const weights = slotsOf(config, styles.data);
    const isShuffled = step >= firstShuffled;
    const order = isShuffled ? shuffles.at(step).permutation(styles.data.length) : [];
    const shuffled = Array.from(order, (place) => styles.data[place]!);
    const { generatorLearningRate, discriminatorLearningRate } = config;
    const rates = {
      generator: { learningRate: generatorLearningRate },
      discriminator: { learningRate: discriminatorLearningRate },
    };
    const discriminator = withRate(
      discriminatorLearningRate,
      inputs.discriminator(step, rates.discriminator),
    );
    const parts = Array.from({ length: generatorUpdates }, (_, update): Part[] => {
      const at = step * generatorUpdates + update;
      const generator = withRate(generatorLearningRate, inputs.generator(at, rates.generator));
      const pairs = {
        ...{ source, target, styles: weights },
        ...masksAt('masks', 'dropout/generator', at),
        ...(isShuffled ? { shuffledStyles: slotsOf(config, shuffled) } : {}),
        ...(isShuffled ? masksAt('shuffledMasks', 'dropout/shuffled', at) : {}),
      };
      if (update > 0) return [{ ...pairs, generator }];
      if (accumulationSteps === 1) return [{ ...pairs, discriminator, generator }];
      return [
        { ...pairs, discriminator },
        { ...pairs, generator },
      ];
    });
    return parts.flat().flatMap((part) => microBatches(part, accumulationSteps));
  };
}

/** Draws the masks of the generator's dropout, where values are dropped. */
function createMasks(config: Settings, random: Random) {
  const { batchSize, imageSize, channels, slots } = config;
  const images = [batchSize, imageSize, imageSize, channels];
  const specs = dropoutMasks(createGenerator(config), images, [batchSize, slots]);
  return (key: string, stream: string, step: number): Part =>
    Object.keys(specs).length === 0 ? {} : { [key]: drawMasks(specs, random, stream, step) };
}

type Inputs = Readonly<Record<'source' | 'styles', tf.Tensor>>;

const draw =
  (config: Settings) =>
  (generator: NetworkState, { source, styles }: Inputs): tf.Tensor =>
    applyNetwork(createGenerator(config), generator, [source, styles], inference).output.images;

type Zi2zi = Method<State, Batch>;

/**
 * zi2zi: one network for many fonts, each of which is a style vector.
 *
 * Source: github.com/kaonashi-tyc/zi2zi.
 */
export const zi2zi: Zi2zi = {
  initState,
  createTrainStep,
  createParts,
  select: ({ generator, generatorAverage }) => averagedNetwork(generator, generatorAverage),
  sampleInputs: (config, _random, { source, styles }) => ({
    source,
    styles: slotsOf(config, styles.data),
  }),
  draw,
  styles: {
    length: ({ slots }) => slots,
    of: (config, place) => slotsOf(config, [place]).data,
    begin: beginStyles,
    draw,
  },
  judge: (config) => (discriminator: NetworkState, pairs: tf.Tensor4D) =>
    applyNetwork(
      createDiscriminator(config),
      discriminator,
      [pairs],
      inference,
    ).output.logits.reshape([-1]),
};
