import { join } from 'node:path';
import { hostTensor, type HostTensor, type Tree } from '@gan-zoo/compiler';
import {
  createRegulariserInputs,
  microBatches,
  UserError,
  type BatchSource,
  type BatchTools,
  type JudgeInputs,
  type Random,
  type ReferenceImages,
  type RegulariserInputs,
  type TurnBatch,
} from '@gan-zoo/core';
import type { Config } from './config.ts';
import type { PerDomain } from './game.ts';
import { planPool, type PoolPlan } from './imagePool.ts';
import { createNetworks } from './networks.ts';

type Domain = keyof PerDomain<unknown>;

/** Pictures of both domains with everything random of their step. */
export async function openBatches(
  config: Config,
  tools: BatchTools,
): Promise<BatchSource<Tree<HostTensor>>> {
  createNetworks(config); // refuses impossible options before any picture is read
  const [a, b] = [await sourceOf(config, tools, 'a'), await sourceOf(config, tools, 'b')];
  const images = await tools.unpaired({ a: a.training, b: b.training });
  const drawParts = createParts(config, tools.random, images.stepsPerEpoch);
  return {
    stepsPerEpoch: images.stepsPerEpoch,
    batchAt: async (step) => drawParts(step, await images.batchAt(step)),
    close: () => images.close(),
  };
}

/** Where a domain's pictures are. */
async function sourceOf(config: Config, tools: BatchTools, domain: Domain) {
  const { imageSize, loadSize, flip, workers } = config;
  const upper = domain === 'a' ? 'A' : 'B';
  const common = {
    ...{ imageSize, loadSize, flip, workers },
    channels: config[`channels${upper}`],
    stream: `images/${domain}`,
  };
  const named = config[`domain${upper}`];
  const folder = named ?? join(config.data, `train${upper}`);
  const training = { ...common, folder, option: named ? `--domain-${domain}` : '--data' };
  const test = { ...training, folder: join(config.data, `test${upper}`), heldBack: 0 };
  const hasTest = named === undefined && (await hasPictures(tools, test));
  return hasTest ? { training: { ...training, heldBack: 0 }, test } : { training };
}

/** Whether a data set has a folder of test pictures; it may do without. */
async function hasPictures(
  tools: BatchTools,
  options: Parameters<BatchTools['images']>[0],
): Promise<boolean> {
  try {
    return (await tools.pictures({ ...options, part: 'training', count: 1 })) !== undefined;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** Adds everything random to the pictures of a step: one batch, or its micro-batches. */
function createParts(config: Config, random: Random, stepsPerEpoch: number) {
  const drawGenerator = createGeneratorPart(config, random, stepsPerEpoch);
  const drawDiscriminator = createDiscriminatorPart(config, random, stepsPerEpoch);
  const { accumulationSteps: count } = config;
  return (step: number, real: PerDomain<HostTensor>): Tree<HostTensor> => {
    const generator = microBatches({ real, ...drawGenerator(step) }, count);
    const discriminator = microBatches({ real, ...drawDiscriminator(step) }, count);
    const parts = generator.map((part, index) => ({
      generator: { ...part, ...poolsAt(config, random, step * count + index) },
      discriminator: discriminator[index]!,
    })) as unknown as Tree<HostTensor>[];
    return count === 1 ? parts[0]! : parts;
  };
}

/** What regularisers read, for either domain's discriminator. */
function createInputs(
  config: Config,
  random: Random,
  stepsPerEpoch: number,
): PerDomain<RegulariserInputs> {
  const { batchSize, imageSize, channelsA, channelsB } = config;
  const of = (channels: number): RegulariserInputs =>
    createRegulariserInputs({
      ...{ config, random, stepsPerEpoch },
      imageShape: [batchSize, imageSize, imageSize, channels],
    });
  return { a: of(channelsA), b: of(channelsB) };
}

function createGeneratorPart(config: Config, random: Random, stepsPerEpoch: number) {
  const inputs = createInputs(config, random, stepsPerEpoch);
  const { generatorLearningRate: learningRate } = config;
  return (step: number): TurnBatch<HostTensor> => {
    const draw = (domain: Domain, name: string, fakes: string) => {
      const { views, ...others } = inputs[domain].generator(step, {
        ...{ learningRate, name, views: [fakes] },
      });
      return views ? { ...others, views: { fake: views[fakes]! } } : others;
    };
    return judged(draw('a', 'generatorBtoA', 'fakeA'), draw('b', 'generatorAtoB', 'fakeB'));
  };
}

function createDiscriminatorPart(config: Config, random: Random, stepsPerEpoch: number) {
  const inputs = createInputs(config, random, stepsPerEpoch);
  const { discriminatorLearningRate: learningRate, batchSize, loss } = config;
  const alphaAt = (name: string, step: number): HostTensor =>
    hostTensor([batchSize, 1, 1, 1], random.stream(`penalty/${name}`).at(step).uniforms(batchSize));
  return (step: number): TurnBatch<HostTensor> => {
    const draw = (domain: Domain, name: string) => ({
      ...inputs[domain].discriminator(step, { learningRate, name }),
      ...(loss === 'wgan-gp' ? { alpha: alphaAt(name, step) } : {}),
    });
    return judged(draw('a', 'discriminatorA'), draw('b', 'discriminatorB'));
  };
}

/** What regularisers say of either domain in a turn, whose networks have one rate. */
function judged(
  { learningRate, ...discriminatorA }: RatedInputs,
  { learningRate: _same, ...discriminatorB }: RatedInputs,
): TurnBatch<HostTensor> {
  return { learningRate, judges: { discriminatorA, discriminatorB } };
}

type RatedInputs = JudgeInputs<HostTensor> & Pick<TurnBatch<HostTensor>, 'learningRate'>;

function poolsAt(
  { batchSize, accumulationSteps, poolSize: size }: Config,
  random: Random,
  step: number,
): { readonly pools?: PerDomain<PoolPlan<HostTensor>> } {
  if (size === 0) return {};
  const count = batchSize / accumulationSteps;
  const plan = (domain: Domain) =>
    planPool({ random, stream: `pool/${domain}`, step, count, size });
  return { pools: { a: plan('a'), b: plan('b') } };
}

/** Pictures of both domains to translate again and again: held back where there are such. */
export async function sampleInputs(
  config: Config,
  tools: BatchTools,
): Promise<Record<'realA' | 'realB', HostTensor>> {
  const { a, b } = await fixedPictures(config, tools, config.sampleCount);
  return { realA: a.heldBack ?? a.training, realB: b.heldBack ?? b.training };
}

/** How many real pictures the doctor and the scores look at. */
const referenceCount = 256;

/** Fixed real pictures of both domains. */
export const references = (
  config: Config,
  tools: BatchTools,
): Promise<PerDomain<ReferenceImages>> => fixedPictures(config, tools, referenceCount);

async function fixedPictures(
  config: Config,
  tools: BatchTools,
  count: number,
): Promise<PerDomain<ReferenceImages>> {
  const ofDomain = async (domain: Domain): Promise<ReferenceImages> => {
    const { training, test } = await sourceOf(config, tools, domain);
    return {
      training: (await tools.pictures({ ...training, part: 'training', count }))!,
      heldBack: await (test
        ? tools.pictures({ ...test, part: 'training', count })
        : tools.pictures({ ...training, part: 'heldBack', count })),
    };
  };
  return { a: await ofDomain('a'), b: await ofDomain('b') };
}
