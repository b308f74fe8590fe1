import type { HostTensor, Tree } from '@gan-zoo/compiler';
import {
  applyNetwork,
  averagedNetwork,
  dcganNormal,
  drawMasks,
  dropoutMasks,
  initNetwork,
  microBatches,
  networkEma,
  type GivenNetworks,
  type NetworkState,
  type Random,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import type { Method, MethodTools, Part } from '../method.ts';
import { startOptimizer } from '../networkUpdate.ts';
import type { Pairs } from '../pairBatch.ts';
import { regulariserInputs, withRate } from '../updateParts.ts';
import { createNetworks } from './networks.ts';
import type { Batch, State } from './state.ts';
import { createTrainStep } from './trainStep.ts';

function initState(config: Settings, random: Random, given: GivenNetworks = {}): Tree<HostTensor> {
  const modules = createNetworks(config);
  const start = (name: keyof typeof modules) =>
    given[name] ?? initNetwork(modules[name], random, { name, scheme: dcganNormal });
  const [generator, discriminator] = [start('generator'), start('discriminator')];
  const generatorAverage = networkEma({ decay: config.emaDecay }).init(generator);
  return {
    ...{ generator, discriminator },
    generatorOptimizer: startOptimizer(config, generator.params),
    discriminatorOptimizer: startOptimizer(config, discriminator.params),
    ...(generatorAverage === undefined ? {} : { generatorAverage }),
  } as unknown as Tree<HostTensor>;
}

/** Draws the masks of the generator's dropout, where values are dropped. */
function masksOf(config: Settings, random: Random, count: number) {
  const { imageSize, channels } = config;
  const specs = dropoutMasks(createNetworks(config).generator, [
    ...[count, imageSize, imageSize, channels],
  ]);
  return (stream: string, step: number): Part =>
    Object.keys(specs).length === 0 ? {} : { masks: drawMasks(specs, random, stream, step) };
}

function createParts(config: Settings, tools: MethodTools) {
  const { generatorUpdates, accumulationSteps } = config;
  const inputs = regulariserInputs(config, tools, 2 * config.channels);
  const masksAt = masksOf(config, tools.random, config.batchSize);
  return (step: number, { source, target }: Pairs<HostTensor>): Part[] => {
    const { generatorLearningRate: rate, discriminatorLearningRate } = config;
    const ofDiscriminator = { learningRate: discriminatorLearningRate };
    const discriminator = withRate(
      discriminatorLearningRate,
      inputs.discriminator(step, ofDiscriminator),
    );
    return Array.from({ length: generatorUpdates }, (_, update): Part => {
      const at = step * generatorUpdates + update;
      return {
        ...{ source, target, ...masksAt('dropout/generator', at) },
        ...(update === 0 ? { discriminator } : {}),
        generator: withRate(rate, inputs.generator(at, { learningRate: rate })),
      };
    }).flatMap((part) => microBatches(part, accumulationSteps));
  };
}

interface Inputs {
  readonly source: tf.Tensor4D;
  readonly masks?: Readonly<Record<string, tf.Tensor>>;
}

/**
 * As published, with dropout; with batch norm every picture by itself and by its own statistics, as
 * those of batches of one picture are none to go by.
 */
const draw =
  (config: Settings) =>
  (generator: NetworkState, { source, masks = {} }: Inputs): tf.Tensor => {
    const module = createNetworks(config).generator;
    const apply = (images: tf.Tensor, own: Readonly<Record<string, tf.Tensor>>): tf.Tensor =>
      applyNetwork(module, generator, [images], { training: true, masks: own }).output;
    if (config.norm !== 'batch') return apply(source, masks);
    const one = (tensor: tf.Tensor, index: number): tf.Tensor => tf.slice(tensor, index, 1);
    const drawn = Array.from({ length: source.shape[0] }, (_, index) => {
      const own = Object.entries(masks).map(([name, mask]) => [name, one(mask, index)] as const);
      return apply(one(source, index), Object.fromEntries(own));
    });
    return tf.concat(drawn, 0);
  };

/**
 * pix2pix: learns one style from pairs; of several it learns their mean.
 *
 * Paper: Isola et al., "Image-to-image translation with conditional adversarial networks"
 * (arXiv 1611.07004).
 */
export const pix2pix: Method<State, Batch> = {
  initState,
  createTrainStep,
  createParts,
  select: ({ generator, generatorAverage }) => averagedNetwork(generator, generatorAverage),
  sampleInputs: (config, random, { source }) => ({
    source,
    ...masksOf(config, random, source.shape[0]!)('dropout/samples', 0),
  }),
  draw,
  styles: {
    length: () => 0,
    of: () => new Float32Array(),
    draw,
    inputs: (config, random, count) => masksOf(config, random, count)('dropout/generate', 0),
  },
  judge: (config) => (discriminator: NetworkState, pairs: tf.Tensor4D) =>
    tf.mean(
      applyNetwork(createNetworks(config).discriminator, discriminator, [pairs], {
        training: false,
      }).output.at(-1)!,
      [1, 2, 3],
    ),
};
