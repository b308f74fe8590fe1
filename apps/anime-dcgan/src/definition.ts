import { hostTensor, type HostTensor, type Tree } from '@gan-zoo/compiler';
import {
  adam,
  applyNetwork,
  ema,
  initNetwork,
  type BatchSource,
  type BatchTools,
  type FolderPart,
  type GanDefinition,
  type HostNetworkState,
  type NetworkState,
  type Random,
  type ReferenceImages,
} from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import packageJson from '../package.json' with { type: 'json' };
import { averagedGenerator } from './averagedGenerator.ts';
import { configSchema, presets, type Config } from './config.ts';
import { createDiscriminator, createGenerator, initSchemes } from './networks.ts';
import { createTrainStep, type Batch, type State } from './trainStep.ts';

/** Latents [count, 1, 1, Z] from N(0, 1), the same for the same stream and step. */
function drawLatents(
  random: Random,
  stream: string,
  step: number,
  count: number,
  latentDim: number,
): HostTensor {
  return hostTensor(
    [count, 1, 1, latentDim],
    random
      .stream(stream)
      .at(step)
      .normals(count * latentDim),
  );
}

function initState(config: Config, random: Random): Tree<HostTensor> {
  const scheme = initSchemes[config.init];
  const generator = initNetwork(createGenerator(config), random, { name: 'generator', scheme });
  const discriminator = initNetwork(createDiscriminator(config), random, {
    name: 'discriminator',
    scheme,
  });
  const optimizer = adam({ learningRate: config.generatorLearningRate });
  return {
    generator,
    discriminator,
    generatorOptimizer: optimizer.init(generator.params),
    discriminatorOptimizer: optimizer.init(discriminator.params),
    ...(config.emaDecay === 0 ? {} : { generatorAverage: averageOf(generator, config.emaDecay) }),
  } as unknown as Tree<HostTensor>;
}

/** The average starts from the first weights and running statistics. */
const averageOf = ({ params, buffers }: HostNetworkState, decay: number) =>
  ema({ decay }).init({ ...params, ...buffers } as Record<string, HostTensor<'float32'>>);

async function openBatches(
  config: Config,
  tools: BatchTools,
): Promise<BatchSource<Tree<HostTensor>>> {
  const { batchSize, latentDim, discriminatorEverySteps, generatorEverySteps } = config;
  const { data: folder, imageSize, flip, workers } = config;
  const images = await tools.images({ folder, imageSize, flip, workers });
  const latents = (network: string, step: number): HostTensor =>
    drawLatents(tools.random, `latents/${network}`, step, batchSize, latentDim);
  return {
    stepsPerEpoch: images.stepsPerEpoch,
    batchAt: async (step) => ({
      ...(step % discriminatorEverySteps === 0
        ? {
            discriminator: {
              realImages: await images.batchAt(step),
              latents: latents('discriminator', step),
            },
          }
        : {}),
      ...(step % generatorEverySteps === 0
        ? { generator: { latents: latents('generator', step) } }
        : {}),
    }),
    close: () => images.close(),
  };
}

/** How many real pictures the doctor and the scores look at. */
const referenceCount = 256;

async function references(
  { data: folder, imageSize, workers }: Config,
  tools: BatchTools,
): Promise<{ images: ReferenceImages }> {
  const pictures = (part: FolderPart) =>
    tools.pictures({ folder, imageSize, workers, part, count: referenceCount });
  return {
    images: { training: (await pictures('training'))!, heldBack: await pictures('heldBack') },
  };
}

/** Draws pictures from latents in inference mode. */
export const drawImages =
  (config: Config) =>
  (generator: NetworkState, latents: tf.Tensor4D): tf.Tensor =>
    applyNetwork(createGenerator(config), generator, [latents], { training: false }).output;

/** A DCGAN for anime avatars, or any other folder of pictures. */
export const animeDcgan: GanDefinition<Config, State, Batch> = {
  name: 'anime-dcgan',
  version: packageJson.version,
  schema: configSchema,
  presets,
  defaultPreset: 'published',
  initState,
  createTrainStep,
  openBatches,
  sample: {
    inputs: ({ sampleCount, latentDim }, { random }) =>
      Promise.resolve(drawLatents(random, 'latents/samples', 0, sampleCount, latentDim)),
    select: averagedGenerator,
    draw: (config) => {
      const draw = drawImages(config);
      return (generator: NetworkState, latents: tf.Tensor4D) => ({
        fakeImages: draw(generator, latents),
      });
    },
    grids: [{ columns: ['fakeImages'] }],
    fakes: [{ name: 'fakeImages', like: 'images' }],
  },
  references,
  discriminators: [
    {
      name: 'discriminator',
      like: 'images',
      fakes: 'fakeImages',
      loss: 'discriminatorLoss',
      generatorLoss: 'generatorLoss',
      realScore: 'realProbability',
      fakeScore: 'fakeProbability',
      select: ({ discriminator }) => discriminator,
      judge: (config) => (discriminator: NetworkState, images: tf.Tensor4D) =>
        applyNetwork(createDiscriminator(config), discriminator, [images], {
          training: false,
        }).output.reshape([-1]),
    },
  ],
  plots: [
    {
      name: 'losses',
      title: 'Losses',
      yLabel: 'loss',
      metrics: ['discriminatorLoss', 'generatorLoss'],
    },
    {
      name: 'probabilities',
      title: "The discriminator's mean verdict",
      yLabel: 'probability of being real',
      metrics: ['realProbability', 'fakeProbability'],
    },
  ],
  tinyConfig: {
    imageSize: 64,
    latentDim: 8,
    // Wide enough for every kind of convolution that the compiler chooses between.
    generatorFilters: 8,
    discriminatorFilters: 8,
    batchSize: 4,
    generatorEverySteps: 2,
    sampleCount: 4,
  },
};
