import { hostTensor, type HostTensor, type Tree } from '@gan-zoo/compiler';
import {
  applyNetwork,
  averagedNetwork,
  initNetwork,
  microBatches,
  networkEma,
  xavierScheme,
  type GivenNetworks,
  type HostNetworkState,
  type NetworkState,
  type Random,
  type RegulariserInputs,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { GlyphPairBatch } from '../../glyphData/index.ts';
import type { Settings } from '../../settings.ts';
import type { Method, MethodTools, Part } from '../method.ts';
import { startOptimizer } from '../networkUpdate.ts';
import type { NetworkInputs } from '../pairBatch.ts';
import { regulariserInputs, withRate } from '../updateParts.ts';
import { createNetworks } from './networks.ts';
import type { Batch, State } from './state.ts';
import { createTrainStep } from './trainStep.ts';

const inference = { training: false } as const;

const networkNames = ['generator', 'encoder', 'discriminator', 'discriminator2'] as const;

function initState(config: Settings, random: Random, given: GivenNetworks = {}): Tree<HostTensor> {
  const modules = createNetworks(config);
  const networks = Object.fromEntries(
    networkNames.map((name) => [
      name,
      given[name] ??
        initNetwork(modules[name], random, { name, scheme: xavierScheme(config.initGain) }),
    ]),
  ) as Record<(typeof networkNames)[number], HostNetworkState>;
  const optimizers = networkNames.map(
    (name) => [`${name}Optimizer`, startOptimizer(config, networks[name].params)] as const,
  );
  const { init } = networkEma({ decay: config.emaDecay });
  const averages = {
    generatorAverage: init(networks.generator),
    encoderAverage: init(networks.encoder),
  };
  return {
    ...networks,
    ...Object.fromEntries(optimizers),
    ...(config.emaDecay === 0 ? {} : averages),
  } as unknown as Tree<HostTensor>;
}

function createParts({ generatorUpdates, ...config }: Settings, tools: MethodTools) {
  const { batchSize, latentDim, accumulationSteps } = config;
  const firstAdversarial = config.adversarialFromEpoch * tools.stepsPerEpoch;
  const half = batchSize / 2;
  const settings = { ...config, generatorUpdates };
  const inputs = regulariserInputs(settings, tools, config.channels, half);
  const normals = (stream: string, step: number, count = half): HostTensor =>
    hostTensor(
      [count, latentDim],
      tools.random
        .stream(stream)
        .at(step)
        .normals(count * latentDim),
    );
  return (step: number, { source, target, references }: GlyphPairBatch): Part[] => {
    const { generatorLearningRate: rate, discriminatorLearningRate } = config;
    const discriminator = withRate(
      discriminatorLearningRate,
      bothDiscriminators(inputs, step, discriminatorLearningRate),
    );
    return Array.from({ length: generatorUpdates }, (_, update): Part => {
      const at = step * generatorUpdates + update;
      const shown = { source, target, ...(references === undefined ? {} : { references }) };
      if (step < firstAdversarial) {
        return {
          ...shown,
          deviations: normals('latents/encoded', at, batchSize),
          generator: withRate(rate, inputs.generator(at, { learningRate: rate, views: [] })),
        };
      }
      const views = ['fake', 'fake2'];
      return {
        ...shown,
        latents: normals('latents/random', at),
        deviations: normals('latents/encoded', at),
        generator: withRate(rate, inputs.generator(at, { learningRate: rate, views })),
        ...(update === generatorUpdates - 1 ? { discriminator } : {}),
      };
    }).flatMap((part) => microBatches(part, accumulationSteps));
  };
}

/** What both discriminators read: the second one's views end in 2. */
function bothDiscriminators(
  inputs: RegulariserInputs,
  step: number,
  learningRate: number,
): NetworkInputs<HostTensor> {
  const one = inputs.discriminator(step, { learningRate });
  const two = inputs.discriminator(step, { learningRate, name: 'discriminator2' });
  if (one.views === undefined) return one;
  const second = Object.entries(two.views!).map(([name, view]) => [`${name}2`, view] as const);
  return { ...one, views: { ...one.views, ...Object.fromEntries(second) } };
}

type Selected = Readonly<Record<'generator' | 'encoder', NetworkState>>;
/** Reads styles off glyphs: the means of the encoder. */
const readStyles =
  (config: Settings) =>
  ({ encoder }: Selected, { glyphs }: Readonly<Record<'glyphs', tf.Tensor>>): tf.Tensor =>
    applyNetwork(createNetworks(config).encoder, encoder, [glyphs], inference).output.mean;

/** Draws sources in styles that are vectors. */
const drawStyled =
  (config: Settings) =>
  (
    { generator }: Selected,
    { source, styles }: Readonly<Record<'source' | 'styles', tf.Tensor>>,
  ): tf.Tensor =>
    applyNetwork(createNetworks(config).generator, generator, [source, styles], inference).output;

type Inputs = Readonly<Record<'source' | 'references', tf.Tensor4D>>;

/** Draws sources in the styles of other glyphs. */
const draw =
  (config: Settings) =>
  (selected: Selected, { source, references }: Inputs): tf.Tensor => {
    const styles = readStyles(config)(selected, { glyphs: references });
    return drawStyled(config)(selected, { source, styles });
  };

/**
 * BicycleGAN: styles are vectors, read off a glyph or drawn at random.
 *
 * Paper: Zhu et al., "Toward multimodal image-to-image translation" (arXiv 1711.11586).
 */
export const bicycle: Method<State, Batch> = {
  initState,
  createTrainStep,
  createParts,
  select: ({ generator, encoder, generatorAverage, encoderAverage }) => ({
    generator: averagedNetwork(generator, generatorAverage),
    encoder: averagedNetwork(encoder, encoderAverage),
  }),
  sampleInputs: (_config, _random, { source, references }) => ({ source, references }),
  draw,
  styles: { length: ({ latentDim }) => latentDim, read: readStyles, draw: drawStyled },
  judge: (config) => (discriminator: NetworkState, pairs: tf.Tensor4D) => {
    const [, images] = tf.split(pairs, 2, 3);
    const module = createNetworks(config).discriminator;
    const { full, half } = applyNetwork(module, discriminator, [images!], inference).output;
    const means = [full, half].map((scale) => tf.mean(scale.at(-1)!, [1, 2, 3]));
    return tf.div(tf.addN(means), 2);
  },
};
