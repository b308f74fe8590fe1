import type * as tf from '@tensorflow/tfjs';
import type { HostTensor } from '@gan-zoo/compiler';
import type {
  DiscriminatorDefinition,
  GanDefinition,
  MetricsPlot,
} from '../../gan/definition/index.ts';
import {
  gameStep,
  initGame,
  type Game,
  type GameBatch,
  type GameState,
} from '../../gan/game/index.ts';
import {
  applyNetwork,
  dcganNormal,
  type HostNetworkState,
  type Layer,
  type NetworkState,
} from '../../model/layers/index.ts';
import type { Random } from '../../model/random/index.ts';
import { averagedNetwork, type NetworkAverage } from '../../model/regularisers/index.ts';
import type { Direction, PerDomain } from './definition.ts';
import {
  adversarialPlot,
  judgeMaps,
  scorePlot,
  tinyTranslation,
  type ImageToImageDefinition,
} from './definitionParts.ts';
import type { ImageToImageConfig } from './fields.ts';
import { generatorOptions, translationJudge, translator } from './networks.ts';
import { readUnpairedWeights } from './readUnpairedWeights.ts';
import { openUnpairedBatches, unpairedReferences, unpairedSamples } from './unpairedData.ts';

/** What a turn finds in a batch, besides what the app draws. */
export interface UnpairedBatch {
  /** Pictures of each domain [N, S, S, C] in [-1, 1], which do not belong together. */
  readonly real: PerDomain<tf.Tensor4D>;
}

/** The networks of a game over two domains; `discriminatorB` judges pictures of domain B. */
export interface UnpairedNetworks {
  readonly [name: string]: Layer;
  readonly generatorAtoB: Layer;
  readonly generatorBtoA: Layer;
  readonly discriminatorA: Layer;
  readonly discriminatorB: Layer;
}

/** A game over two domains. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- batch and memory are the app's
export type UnpairedGame = Game<UnpairedNetworks, any, any>;

/** What an app states of a GAN that translates between two domains without pairs. */
export interface UnpairedTranslation<Config extends ImageToImageConfig> extends Pick<
  GanDefinition<Config, GameState, GameBatch>,
  'name' | 'version' | 'schema' | 'presets' | 'defaultPreset' | 'tinyConfig'
> {
  readonly createGame: (config: Config) => UnpairedGame;
  /** What the generators' turn reads of a step besides pictures; none by default. */
  readonly draws?: (config: Config, random: Random) => (step: number, count: number) => object;
  /** Plots of the game's own metrics. */
  readonly plots: readonly MetricsPlot[];
}

/** The four networks that a configuration names, in the order in which a step needs them. */
export const unpairedNetworks = (config: ImageToImageConfig) => ({
  generatorAtoB: translator(config, 'a-to-b'),
  generatorBtoA: translator(config, 'b-to-a'),
  discriminatorA: translationJudge(config, config.channelsA),
  discriminatorB: translationJudge(config, config.channelsB),
});

type PerGenerator<Value> = Readonly<Record<'generatorAtoB' | 'generatorBtoA', Value>>;

/** The generators that pictures are drawn with: averages where there are such. */
function drawnGenerators<Leaf>(state: unknown): PerGenerator<NetworkState<Leaf>> {
  const { generatorAtoB, generatorBtoA, generatorAverages } = state as PerGenerator<
    NetworkState<Leaf>
  > & { readonly generatorAverages?: PerGenerator<NetworkAverage<Leaf>> };
  return {
    generatorAtoB: averagedNetwork(generatorAtoB, generatorAverages?.generatorAtoB),
    generatorBtoA: averagedNetwork(generatorBtoA, generatorAverages?.generatorBtoA),
  };
}

/** Translates test pictures there and back. */
const drawBothWays =
  (networks: UnpairedNetworks) =>
  (
    state: PerGenerator<NetworkState>,
    { realA, realB }: Record<'realA' | 'realB', tf.Tensor4D>,
  ): Record<string, tf.Tensor> => {
    const translate = (name: keyof typeof state, images: tf.Tensor): tf.Tensor =>
      applyNetwork(networks[name], state[name], [images], { training: false }).output;
    const fakeB = translate('generatorAtoB', realA);
    const fakeA = translate('generatorBtoA', realB);
    return {
      ...{ realA, fakeB, reconstructedA: translate('generatorBtoA', fakeB) },
      ...{ realB, fakeA, reconstructedB: translate('generatorAtoB', fakeA) },
    };
  };

/** Everything that the trainer and the commands need of a GAN between two domains. */
export function unpairedTranslation<Config extends ImageToImageConfig>(
  gan: UnpairedTranslation<Config>,
): ImageToImageDefinition<Config> {
  const { createGame, draws, plots, ...stated } = gan;
  const discriminatorOf = (domain: 'A' | 'B'): DiscriminatorDefinition<Config, GameState> => {
    const name = `discriminator${domain}` as const;
    return {
      ...{ name, like: domain === 'A' ? 'a' : 'b', fakes: `fake${domain}` },
      loss: `${name}Loss`,
      generatorLoss: domain === 'A' ? 'generatorBtoALoss' : 'generatorAtoBLoss',
      ...{ realScore: `realScore${domain}`, fakeScore: `fakeScore${domain}` },
      select: (state) => state[name],
      judge: (config) => judgeMaps(createGame(config).networks[name]),
    };
  };
  return {
    ...stated,
    tinyConfig: { ...(tinyTranslation as Partial<Config>), ...stated.tinyConfig },
    initState: (config, random, given = {}) =>
      initGame(createGame(config), { config, random, given, scheme: dcganNormal }),
    readWeights: (path, config) => readUnpairedWeights(path, createGame(config).networks),
    createTrainStep: (config) => gameStep(createGame(config), config),
    openBatches: async (config, tools) => {
      createGame(config); // refuses impossible options before any picture is read
      return openUnpairedBatches(config, draws?.(config, tools.random), tools);
    },
    sample: {
      inputs: unpairedSamples,
      select: drawnGenerators<tf.Tensor>,
      draw: (config) => drawBothWays(createGame(config).networks),
      grids: [
        { label: 'a-to-b', columns: ['realA', 'fakeB', 'reconstructedA'] },
        { label: 'b-to-a', columns: ['realB', 'fakeA', 'reconstructedB'] },
      ],
      fakes: [
        { name: 'fakeB', like: 'b', from: 'realA' },
        { name: 'fakeA', like: 'a', from: 'realB' },
      ],
    },
    references: unpairedReferences,
    discriminators: [discriminatorOf('A'), discriminatorOf('B')],
    plots: [
      adversarialPlot([
        ...['generatorAtoBLoss', 'generatorBtoALoss'],
        ...['discriminatorALoss', 'discriminatorBLoss'],
      ]),
      ...plots,
      scorePlot(['A', 'B']),
    ],
    translation: {
      ...{ name: gan.name, schema: gan.schema, bothWays: true, asInTraining: false },
      generators: (config, state) => {
        const states = drawnGenerators<HostTensor>(state);
        const of = (way: Direction, own: NetworkState<HostTensor>) => ({
          config: generatorOptions(config, way),
          state: own as HostNetworkState,
        });
        return {
          'a-to-b': of('a-to-b', states.generatorAtoB),
          'b-to-a': of('b-to-a', states.generatorBtoA),
        };
      },
      heldBack: async (config, tools) => {
        const { a, b } = await unpairedReferences(config, tools);
        return { a: a.heldBack, b: b.heldBack, isPaired: false };
      },
    },
  };
}
