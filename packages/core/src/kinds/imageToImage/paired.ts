import * as tf from '@tensorflow/tfjs';
import type { GanDefinition, MetricsPlot } from '../../gan/definition/index.ts';
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
import { drawnGenerator } from '../drawnGenerator.ts';
import {
  adversarialPlot,
  judgeMaps,
  scorePlot,
  tinyTranslation,
  type ImageToImageDefinition,
} from './definitionParts.ts';
import type { PairedConfig } from './fields.ts';
import { channelsOf, generatorOptions, translationJudge, translator } from './networks.ts';
import { heldBackPairs, openPairedBatches, pairedReferences, pairedSamples } from './pairedData.ts';

/** What a turn finds in a batch. */
export interface PairedBatch {
  /** Pictures to translate and what they should become, [N, S, S, C] in [-1, 1]. */
  readonly source: tf.Tensor4D;
  readonly target: tf.Tensor4D;
}

/** The networks of a game over pairs. */
export interface PairedNetworks {
  readonly [name: string]: Layer;
  readonly generator: Layer;
  /** Judges a picture beside what it was made from, [N, S, S, source + target]. */
  readonly discriminator: Layer;
}

/** A game over pairs. */
export type PairedGame = Game<PairedNetworks, PairedBatch, object>;

/** What an app states of a GAN that learns from pairs. */
export interface PairedTranslation<Config extends PairedConfig> extends Pick<
  GanDefinition<Config, GameState, GameBatch>,
  'name' | 'version' | 'schema' | 'presets' | 'defaultPreset' | 'tinyConfig'
> {
  readonly createGame: (config: Config) => PairedGame;
  /** Plots of the game's own metrics. */
  readonly plots: readonly MetricsPlot[];
}

/** The two networks that a configuration names. */
export function pairedNetworks(config: PairedConfig) {
  const { source, target } = channelsOf(config, config.direction);
  return {
    generator: translator(config, config.direction),
    discriminator: translationJudge(config, source + target),
  };
}

interface SampleInputs extends PairedBatch {
  readonly masks?: Readonly<Record<string, tf.Tensor>>;
}

/**
 * Translates every picture by itself, as pix2pix publishes it: with dropout, and with batch norm's
 * statistics of that very picture. `fakePairs` is what the discriminator sees.
 */
const drawPairs = (module: Layer) => (generator: NetworkState, inputs: SampleInputs) => {
  const { source, target, masks = {} } = inputs;
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

/** Everything that the trainer and the commands need of a GAN that learns from pairs. */
export function pairedTranslation<Config extends PairedConfig>(
  gan: PairedTranslation<Config>,
): ImageToImageDefinition<Config> {
  const { createGame, plots, ...stated } = gan;
  const generatorOf = (config: Config): Layer => createGame(config).networks.generator;
  return {
    ...stated,
    tinyConfig: { ...(tinyTranslation as Partial<Config>), ...stated.tinyConfig },
    initState: (config, random, given = {}) =>
      initGame(createGame(config), { config, random, given, scheme: dcganNormal }),
    createTrainStep: (config) => gameStep(createGame(config), config),
    openBatches: async (config, tools) => openPairedBatches(config, generatorOf(config), tools),
    sample: {
      inputs: (config, tools) => pairedSamples(config, generatorOf(config), tools),
      select: drawnGenerator<tf.Tensor>,
      draw: (config) => drawPairs(generatorOf(config)),
      grids: [{ columns: ['source', 'fakeImages', 'target'] }],
      fakes: [{ name: 'fakeImages', like: 'target', from: 'source' }],
    },
    references: pairedReferences,
    discriminators: [
      {
        name: 'discriminator',
        ...{ like: 'pairs', fakes: 'fakePairs' },
        ...{ loss: 'discriminatorLoss', generatorLoss: 'generatorLoss' },
        ...{ realScore: 'realScore', fakeScore: 'fakeScore' },
        select: ({ discriminator }) => discriminator,
        judge: (config) => judgeMaps(createGame(config).networks.discriminator),
      },
    ],
    plots: [adversarialPlot(['discriminatorLoss', 'generatorLoss']), ...plots, scorePlot([''])],
    translation: {
      ...{ name: gan.name, schema: gan.schema, bothWays: false, asInTraining: true },
      generators: (config, state) => ({
        [config.direction]: {
          config: generatorOptions(config, config.direction),
          state: drawnGenerator(state) as HostNetworkState,
        },
      }),
      heldBack: async (config, tools, count) => {
        const pairs = await heldBackPairs(config, tools, count);
        return { a: pairs?.a, b: pairs?.b, isPaired: true };
      },
    },
  };
}
