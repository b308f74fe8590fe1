import { hostTensor, type HostTensor, type Tree } from '@gan-zoo/compiler';
import {
  applyNetwork,
  batchParts,
  createRegulariserInputs,
  gameStep,
  initGame,
  judgedBy,
  type BatchSource,
  type BatchTools,
  type FixedOptions,
  type GameBatch,
  type GameState,
  type GanDefinition,
  type GivenNetworks,
  type NetworkState,
  type Random,
  type ReferenceImages,
} from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import packageJson from '../package.json' with { type: 'json' };
import { averagedGenerator, type Drawable } from './averagedGenerator.ts';
import { configSchema, presets, type Config } from './config.ts';
import { createGame } from './game.ts';
import { createDiscriminator, createGenerator, initSchemes } from './networks.ts';

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

const initState = (config: Config, random: Random, given?: GivenNetworks): Tree<HostTensor> =>
  initGame(createGame(config), {
    ...{ config, random, scheme: initSchemes[config.init] },
    ...(given && { given }),
  });

async function openBatches(
  config: Config,
  tools: BatchTools,
): Promise<BatchSource<Tree<HostTensor>>> {
  const { batchSize, latentDim, discriminatorEverySteps, generatorEverySteps } = config;
  const { data: folder, imageSize, flip, workers } = config;
  const images = await tools.images({ folder, imageSize, flip, workers });
  const { random } = tools;
  const { stepsPerEpoch } = images;
  const regularisers = createRegulariserInputs({
    ...{ config, random, stepsPerEpoch },
    imageShape: [batchSize, imageSize, imageSize, 3],
  });
  const forDiscriminator = async (step: number) => ({
    realImages: await images.batchAt(step),
    latents: drawLatents(random, 'latents/discriminator', step, batchSize, latentDim),
    ...judgedBy(
      'discriminator',
      regularisers.discriminator(step, {
        learningRate: config.discriminatorLearningRate,
        update: step / discriminatorEverySteps,
      }),
    ),
  });
  const forGenerator = (step: number) => ({
    latents: drawLatents(random, 'latents/generator', step, batchSize, latentDim),
    ...judgedBy(
      'discriminator',
      regularisers.generator(step, { learningRate: config.generatorLearningRate }),
    ),
  });
  return {
    stepsPerEpoch,
    batchAt: async (step) =>
      batchParts(
        {
          discriminator:
            step % discriminatorEverySteps === 0 ? await forDiscriminator(step) : undefined,
          generator: step % generatorEverySteps === 0 ? forGenerator(step) : undefined,
        },
        config.accumulationSteps,
      ),
    close: () => images.close(),
  };
}

/** How many real pictures the doctor and the scores look at. */
const referenceCount = 256;

async function references(
  { data: folder, imageSize, workers }: Config,
  tools: BatchTools,
): Promise<{ images: ReferenceImages }> {
  const pictures = (part: FixedOptions['part']) =>
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
export const animeDcgan: GanDefinition<Config, GameState, GameBatch> = {
  name: 'anime-dcgan',
  version: packageJson.version,
  schema: configSchema,
  presets,
  defaultPreset: 'published',
  initState,
  createTrainStep: (config) => gameStep(createGame(config), config),
  openBatches,
  sample: {
    inputs: ({ sampleCount, latentDim }, { random }) =>
      Promise.resolve(drawLatents(random, 'latents/samples', 0, sampleCount, latentDim)),
    select: (state) => averagedGenerator(state as unknown as Drawable<tf.Tensor>),
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
