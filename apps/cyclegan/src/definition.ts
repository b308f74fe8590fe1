import type { HostTensor, Tree } from '@gan-zoo/compiler';
import {
  applyNetwork,
  averagedNetwork,
  dcganNormal,
  gameStep,
  initGame,
  type DiscriminatorDefinition,
  type GameBatch,
  type GameState,
  type GanDefinition,
  type GivenNetworks,
  type NetworkAverage,
  type NetworkState,
  type Random,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import packageJson from '../package.json' with { type: 'json' };
import { openBatches, references, sampleInputs } from './batches.ts';
import { configSchema, presets, type Config } from './config.ts';
import { createGame } from './game.ts';
import { createNetworks } from './networks.ts';
import { readWeights } from './readWeights.ts';

/** Something for each generator. */
export type PerGenerator<Value> = Readonly<Record<'generatorAtoB' | 'generatorBtoA', Value>>;

/** The parts of a state that pictures are drawn from. */
type Drawable = PerGenerator<NetworkState> & {
  /** Absent when `emaDecay` is 0. */
  readonly generatorAverages?: PerGenerator<NetworkAverage>;
};

const initState = (config: Config, random: Random, given?: GivenNetworks): Tree<HostTensor> =>
  initGame(createGame(config), {
    ...{ config, random, scheme: dcganNormal },
    ...(given && { given }),
  });

const inference = { training: false } as const;

/** Translates test pictures there and back. */
const draw =
  (config: Config) =>
  (
    state: PerGenerator<NetworkState>,
    { realA, realB }: Record<'realA' | 'realB', tf.Tensor4D>,
  ): Record<string, tf.Tensor> => {
    const modules = createNetworks(config);
    const translate = (name: keyof typeof state, images: tf.Tensor): tf.Tensor =>
      applyNetwork(modules[name], state[name], [images], inference).output;
    const fakeB = translate('generatorAtoB', realA);
    const fakeA = translate('generatorBtoA', realB);
    return {
      ...{ realA, fakeB, reconstructedA: translate('generatorBtoA', fakeB) },
      ...{ realB, fakeA, reconstructedB: translate('generatorAtoB', fakeA) },
    };
  };

function discriminatorOf(domain: 'A' | 'B'): DiscriminatorDefinition<Config, GameState> {
  const name = `discriminator${domain}` as const;
  return {
    name,
    like: domain === 'A' ? 'a' : 'b',
    fakes: `fake${domain}`,
    loss: `${name}Loss`,
    generatorLoss: domain === 'A' ? 'generatorBtoALoss' : 'generatorAtoBLoss',
    realScore: `realScore${domain}`,
    fakeScore: `fakeScore${domain}`,
    select: (state) => state[name],
    judge: (config) => (discriminator: NetworkState, images: tf.Tensor4D) =>
      tf.mean(
        applyNetwork(createNetworks(config)[name], discriminator, [images], inference).output,
        [1, 2, 3],
      ),
  };
}

/** CycleGAN: translates pictures between two folders that have no pairs. */
export const cyclegan: GanDefinition<Config, GameState, GameBatch> = {
  name: 'cyclegan',
  version: packageJson.version,
  schema: configSchema,
  presets,
  defaultPreset: 'published',
  initState,
  readWeights,
  createTrainStep: (config) => gameStep(createGame(config), config),
  openBatches,
  sample: {
    inputs: sampleInputs,
    select: (state) => {
      const { generatorAtoB, generatorBtoA, generatorAverages } = state as unknown as Drawable;
      return {
        generatorAtoB: averagedNetwork(generatorAtoB, generatorAverages?.generatorAtoB),
        generatorBtoA: averagedNetwork(generatorBtoA, generatorAverages?.generatorBtoA),
      };
    },
    draw,
    grids: [
      { label: 'a-to-b', columns: ['realA', 'fakeB', 'reconstructedA'] },
      { label: 'b-to-a', columns: ['realB', 'fakeA', 'reconstructedB'] },
    ],
    fakes: [
      { name: 'fakeB', like: 'b', from: 'realA' },
      { name: 'fakeA', like: 'a', from: 'realB' },
    ],
  },
  references,
  discriminators: [discriminatorOf('A'), discriminatorOf('B')],
  plots: [
    {
      name: 'losses',
      title: 'Adversarial losses',
      yLabel: 'loss',
      metrics: [
        'generatorAtoBLoss',
        'generatorBtoALoss',
        'discriminatorALoss',
        'discriminatorBLoss',
      ],
    },
    {
      name: 'reconstruction',
      title: 'How far pictures are from themselves',
      yLabel: 'mean absolute difference',
      metrics: ['cycleLossA', 'cycleLossB', 'identityLossA', 'identityLossB'],
    },
    {
      name: 'scores',
      title: "The discriminators' mean verdicts",
      yLabel: '1 is real, 0 is fake',
      metrics: ['realScoreA', 'fakeScoreA', 'realScoreB', 'fakeScoreB'],
    },
  ],
  tinyConfig: {
    // The least side whose maps still have several patches.
    imageSize: 32,
    loadSize: 36,
    filters: 4,
    blocks: 1,
    discriminatorFilters: 4,
    poolSize: 3,
    sampleCount: 2,
    emaDecay: 0.9,
  },
};
