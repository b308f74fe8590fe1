import type { HostTensor } from '@gan-zoo/compiler';
import type * as tf from '@tensorflow/tfjs';
import type { z } from 'zod';
import type { Preset } from '../../base/options/index.ts';
import type { GanDefinition } from '../../gan/definition/index.ts';
import {
  type Game,
  type GameBatch,
  type GameState,
  gameStep,
  initGame,
} from '../../gan/game/index.ts';
import {
  applyNetwork,
  dcganNormal,
  type Layer,
  type NetworkState,
} from '../../model/layers/index.ts';
import { noiseDiscriminator, noiseGenerator } from '../../model/networks/index.ts';
import { drawnGenerator } from '../drawnGenerator.ts';
import { drawLatents, openBatches, references } from './batches.ts';
import { hasBatchNorm, type NoiseToImageConfig } from './fields.ts';

/** The networks of a GAN that draws pictures of noise. */
export interface NoiseNetworks {
  readonly [name: string]: Layer;
  /** Latents [N, 1, 1, Z] → pictures [N, S, S, C] in [-1, 1]. */
  readonly generator: Layer;
  /** Pictures [N, S, S, C] → logits [N, 1, 1, 1]. */
  readonly discriminator: Layer;
}

/** What a turn finds in its part of a batch. */
export interface NoiseBatch {
  /** [N, S, S, C] in [-1, 1]; in a generator's turn only where the loss needs them. */
  readonly realImages: tf.Tensor4D;
  /** [N, 1, 1, Z] from N(0, 1). */
  readonly latents: tf.Tensor4D;
}

/** A game over pictures and noise. */
export type NoiseGame = Game<NoiseNetworks, NoiseBatch, object>;

/** What an app states of a GAN that draws pictures of noise. */
export interface NoiseToImage<Config extends NoiseToImageConfig> {
  /** The app's name, as Nx knows it: `anime-dcgan`. */
  readonly name: string;
  readonly version: string;
  /** Options of training, made of `noiseToImageFields` and the app's own. */
  readonly schema: z.ZodType<Config> & z.ZodObject;
  readonly presets: Readonly<Record<string, Preset<Partial<Config>>>>;
  readonly defaultPreset: string;
  /** The game of a configuration. */
  readonly createGame: (config: Config) => NoiseGame;
  /** Whether a generator's turn reads real pictures too. Default: where the loss needs them. */
  readonly needsRealImages?: boolean;
  /** Changes of the configuration that `verify` and tests use: small enough to run in a moment. */
  readonly tinyConfig?: Partial<Config>;
}

/** A definition with the game it was made of. */
export interface NoiseToImageDefinition<Config extends NoiseToImageConfig> extends GanDefinition<
  Config,
  GameState,
  GameBatch
> {
  readonly createGame: (config: Config) => NoiseGame;
}

/** A definition whose types are forgotten: what the commands of this kind take. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a configuration is contravariant
export type AnyNoiseToImage = NoiseToImageDefinition<any>;

/** The two networks that a configuration names. */
export const noiseNetworks = (config: NoiseToImageConfig) => ({
  generator: noiseGenerator({
    ...{ kind: config.generator, filters: config.generatorFilters },
    ...{ imageSize: config.imageSize, channels: config.channels, latentDim: config.latentDim },
  }),
  discriminator: noiseDiscriminator({
    ...{ kind: config.discriminator, filters: config.discriminatorFilters },
    ...{ imageSize: config.imageSize, channels: config.channels },
    ...{ batchNorm: hasBatchNorm(config), spectral: config.spectralNorm },
  }),
});

/** How the weights start: as each layer has it, or the DCGAN paper's N(0, 0.02). */
const schemes = { torch: {}, normal: dcganNormal } as const;

const inference = { training: false } as const;

const small = {
  imageSize: 64,
  latentDim: 8,
  // Wide enough for every kind of convolution that the compiler chooses between.
  generatorFilters: 8,
  discriminatorFilters: 8,
  batchSize: 4,
  generatorEverySteps: 2,
  sampleCount: 4,
} as const;

/** Everything that the trainer and the commands need of a GAN that draws pictures of noise. */
export function noiseToImage<Config extends NoiseToImageConfig>(
  gan: NoiseToImage<Config>,
): NoiseToImageDefinition<Config> {
  const { createGame, needsRealImages } = gan;
  return {
    ...gan,
    initState: (config, random, given = {}) =>
      initGame(createGame(config), { config, random, given, scheme: schemes[config.init] }),
    createTrainStep: (config) => gameStep(createGame(config), config),
    openBatches: async (config, tools) =>
      openBatches(config, { game: createGame(config), needsRealImages }, tools),
    sample: {
      inputs: ({ sampleCount, latentDim }, { random }) =>
        Promise.resolve(drawLatents(random, 'latents/samples', 0, sampleCount, latentDim)),
      select: drawnGenerator<tf.Tensor>,
      draw: (config) => {
        const { generator } = createGame(config).networks;
        return (state: NetworkState, latents: tf.Tensor4D) => ({
          fakeImages: applyNetwork(generator, state, [latents], inference).output,
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
        realScore: 'realScore',
        fakeScore: 'fakeScore',
        select: ({ discriminator }) => discriminator,
        judge: (config) => {
          const { discriminator } = createGame(config).networks;
          return (state: NetworkState, images: tf.Tensor4D) =>
            applyNetwork(discriminator, state, [images], inference).output.reshape([-1]);
        },
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
        name: 'scores',
        title: "The discriminator's mean verdict",
        yLabel: '1 is real, 0 is fake',
        metrics: ['realScore', 'fakeScore'],
      },
    ],
    tinyConfig: { ...(small as Partial<Config>), ...gan.tinyConfig },
  };
}

/** Both networks of a checkpoint, to draw and to judge with. */
export const drawingNetworks = (state: unknown) => ({
  generator: drawnGenerator<HostTensor>(state),
  discriminator: (state as { readonly discriminator: NetworkState<HostTensor> }).discriminator,
});
