import type { HostTensor, Tree } from '@gan-zoo/compiler';
import {
  accumulating,
  adam,
  applyNetwork,
  averagedNetwork,
  dcganNormal,
  initNetwork,
  networkEma,
  type GanDefinition,
  type NetworkState,
  type Random,
  type GivenNetworks,
  type HostNetworkState,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import packageJson from '../package.json' with { type: 'json' };
import { openBatches, references, sampleInputs } from './batches.ts';
import { configSchema, presets, type Config } from './config.ts';
import { createNetworks } from './networks.ts';
import { createTrainStep, type Batch, type State } from './trainStep.ts';

function initState(config: Config, random: Random, given: GivenNetworks = {}): Tree<HostTensor> {
  const modules = createNetworks(config);
  const start = (name: keyof typeof modules): HostNetworkState =>
    given[name] ?? initNetwork(modules[name], random, { name, scheme: dcganNormal });
  const [generator, discriminator] = [start('generator'), start('discriminator')];
  const { init } = accumulating(adam({ learningRate: 0 }), config.accumulationSteps);
  const generatorAverage = networkEma({ decay: config.emaDecay }).init(generator);
  return {
    ...{ generator, discriminator },
    generatorOptimizer: init(generator.params),
    discriminatorOptimizer: init(discriminator.params),
    ...(generatorAverage === undefined ? {} : { generatorAverage }),
  } as unknown as Tree<HostTensor>;
}

type SampleInputs = Pick<Batch, 'source' | 'target' | 'masks'>;

/**
 * Translates every picture by itself, as published: with dropout, and with batch norm's statistics
 * of that very picture. `fakePairs` is what the discriminator sees: source and translation together.
 */
const draw =
  (config: Config) =>
  (generator: NetworkState, { source, target, masks = {} }: SampleInputs) => {
    const module = createNetworks(config).generator;
    const [count] = source.shape;
    const one = (tensor: tf.Tensor, index: number): tf.Tensor => tf.slice(tensor, index, 1);
    const fakes = Array.from({ length: count }, (_, index) => {
      const own = Object.entries(masks).map(([name, mask]) => [name, one(mask, index)] as const);
      const options = { training: true, masks: Object.fromEntries(own) };
      return applyNetwork(module, generator, [one(source, index)], options).output;
    });
    const fakeImages = tf.concat(fakes, 0);
    return { source, fakeImages, target, fakePairs: tf.concat([source, fakeImages], 3) };
  };

/** pix2pix: learns from pairs how to turn one picture into the other. */
export const pix2pix: GanDefinition<Config, State, Batch> = {
  name: 'pix2pix',
  version: packageJson.version,
  schema: configSchema,
  presets,
  defaultPreset: 'published',
  initState,
  createTrainStep,
  openBatches,
  sample: {
    inputs: sampleInputs,
    select: ({ generator, generatorAverage }) => averagedNetwork(generator, generatorAverage),
    draw,
    grids: [{ columns: ['source', 'fakeImages', 'target'] }],
    fakes: [{ name: 'fakeImages', like: 'target', from: 'source' }],
  },
  references,
  discriminators: [
    {
      name: 'discriminator',
      ...{ like: 'pairs', fakes: 'fakePairs' },
      ...{ loss: 'discriminatorLoss', generatorLoss: 'generatorLoss' },
      ...{ realScore: 'realScore', fakeScore: 'fakeScore' },
      select: ({ discriminator }) => discriminator,
      judge: (config) => (discriminator: NetworkState, pairs: tf.Tensor4D) => {
        const module = createNetworks(config).discriminator;
        const options = { training: false };
        return tf.mean(applyNetwork(module, discriminator, [pairs], options).output, [1, 2, 3]);
      },
    },
  ],
  plots: [
    {
      name: 'losses',
      title: 'Adversarial losses',
      yLabel: 'loss',
      metrics: ['discriminatorLoss', 'generatorLoss'],
    },
    {
      name: 'difference',
      title: 'How far translations are from the true pictures',
      yLabel: 'mean absolute difference',
      metrics: ['l1Loss'],
    },
    {
      name: 'scores',
      title: "The discriminator's mean verdicts",
      yLabel: '1 is real, 0 is fake',
      metrics: ['realScore', 'fakeScore'],
    },
  ],
  tinyConfig: {
    imageSize: 64,
    loadSize: 72,
    generator: 'unet-64',
    filters: 2,
    discriminatorFilters: 2,
    batchSize: 2,
    sampleCount: 2,
    emaDecay: 0.9,
  },
};
