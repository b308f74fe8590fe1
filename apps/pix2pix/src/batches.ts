import { join } from 'node:path';
import { hostTensor, UsageError, UserError, type HostTensor, type Tree } from '@gan-zoo/compiler';
import {
  createRegulariserInputs,
  drawMasks,
  dropoutMasks,
  microBatches,
  type BatchSource,
  type BatchTools,
  type PairFolderOptions,
  type Random,
  type ReferenceImages,
} from '@gan-zoo/core';
import type { Config } from './config.ts';
import { channelsOf, createNetworks } from './networks.ts';

/** Pictures of a pair by their domains. */
type Pair = Readonly<Record<'a' | 'b', HostTensor>>;

/** Pictures of a pair by what happens with them. */
type Translation = Readonly<Record<'source' | 'target', HostTensor>>;

const byDirection = ({ direction }: Config, { a, b }: Pair): Translation =>
  direction === 'a-to-b' ? { source: a, target: b } : { source: b, target: a };

/** Pairs with everything random of their step. */
export async function openBatches(
  config: Config,
  tools: BatchTools,
): Promise<BatchSource<Tree<HostTensor>>> {
  createNetworks(config); // refuses impossible options before any picture is read
  const { training } = await sourceOf(config, tools);
  const pairs = await tools.pairs(training);
  const { stepsPerEpoch } = pairs;
  const { batchSize, imageSize, generatorLearningRate, discriminatorLearningRate } = config;
  const { source, target } = channelsOf(config);
  const inputs = createRegulariserInputs({
    ...{ config, random: tools.random, stepsPerEpoch },
    imageShape: [batchSize, imageSize, imageSize, source + target],
  });
  const masksAt = createMasks(config, tools.random);
  return {
    stepsPerEpoch,
    batchAt: async (step) => {
      const batch = {
        ...byDirection(config, await pairs.batchAt(step)),
        ...masksAt(batchSize, 'dropout/generator', step),
        discriminator: {
          learningRate: hostTensor([], [discriminatorLearningRate]),
          ...inputs.discriminator(step, { learningRate: discriminatorLearningRate }),
        },
        generator: {
          learningRate: hostTensor([], [generatorLearningRate]),
          ...inputs.generator(step, { learningRate: generatorLearningRate }),
        },
      };
      const parts = microBatches(batch, config.accumulationSteps);
      return (parts.length === 1 ? parts[0] : parts) as unknown as Tree<HostTensor>;
    },
    close: () => pairs.close(),
  };
}

/** Draws the masks of the generator's dropout for pictures of a batch. */
function createMasks(config: Config, random: Random) {
  const { generator } = createNetworks(config);
  const { imageSize } = config;
  return (count: number, stream: string, step: number) => {
    const shape = [count, imageSize, imageSize, channelsOf(config).source];
    const specs = dropoutMasks(generator, shape);
    if (Object.keys(specs).length === 0) return {};
    return { masks: drawMasks(specs, random, stream, step) };
  };
}

/** Where the pairs are, and those to look at and to measure by. */
async function sourceOf(config: Config, tools: BatchTools) {
  const { imageSize, loadSize, flip, workers, channelsA, channelsB, domainA, domainB } = config;
  const common = { imageSize, loadSize, flip, workers, channelsA, channelsB, stream: 'images' };
  if (domainA !== undefined || domainB !== undefined) {
    const options = { optionA: '--domain-a', optionB: '--domain-b' };
    return { training: { ...common, ...bothFolders(config), ...options } };
  }
  const sideBySide = { sideBySide: true, option: '--data' } as const;
  const training = { ...common, ...sideBySide, folder: join(config.data, 'train') };
  const test = { ...training, folder: join(config.data, 'test'), heldBack: 0 };
  if (!(await hasPairs(tools, test))) return { training };
  return { training: { ...training, heldBack: 0 }, test };
}

function bothFolders({ domainA, domainB }: Config): { folderA: string; folderB: string } {
  if (domainA !== undefined && domainB !== undefined) return { folderA: domainA, folderB: domainB };
  const [given, missing] = domainA === undefined ? ['b', 'a'] : ['a', 'b'];
  throw new UsageError(
    `--domain-${missing}: expected a folder beside --domain-${given}, received none. Pictures ` +
      `of both belong together by name.`,
  );
}

/** Whether a data set has a folder of test pairs; it may do without. */
async function hasPairs(tools: BatchTools, options: PairFolderOptions): Promise<boolean> {
  try {
    return (await tools.pairPictures({ ...options, part: 'training', count: 1 })) !== undefined;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** Fixed pairs: those that are trained on, and others where there are such. */
async function fixedPairs(
  config: Config,
  tools: BatchTools,
  count: number,
): Promise<{ readonly training: Pair; readonly heldBack: Pair | undefined }> {
  const { training, test } = await sourceOf(config, tools);
  return {
    training: (await tools.pairPictures({ ...training, part: 'training', count }))!,
    heldBack: await (test
      ? tools.pairPictures({ ...test, part: 'training', count })
      : tools.pairPictures({ ...training, part: 'heldBack', count })),
  };
}

/** Pairs that are not trained on; at most `count`. */
export const heldBackPairs = async (
  config: Config,
  tools: BatchTools,
  count: number,
): Promise<Pair | undefined> => (await fixedPairs(config, tools, count)).heldBack;

/** Fixed pairs, those that are not trained on where there are such, with masks of their own. */
export async function sampleInputs(config: Config, tools: BatchTools): Promise<Tree<HostTensor>> {
  const { training, heldBack } = await fixedPairs(config, tools, config.sampleCount);
  const images = byDirection(config, heldBack ?? training);
  const count = images.source.shape[0]!;
  return { ...images, ...createMasks(config, tools.random)(count, 'dropout/samples', 0) };
}

/** How many real pictures the doctor and the scores look at. */
const referenceCount = 256;

/** How many pairs the doctor shows the discriminator. */
const judgedCount = 64;

/** Fixed real pictures of the target; and, as the discriminator sees them, beside their sources. */
export async function references(
  config: Config,
  tools: BatchTools,
): Promise<Record<'target' | 'pairs', ReferenceImages>> {
  const { training, heldBack } = await fixedPairs(config, tools, referenceCount);
  const [seen, unseen] = [training, heldBack].map((pair) => pair && byDirection(config, pair));
  return {
    target: { training: seen!.target, heldBack: unseen?.target },
    pairs: { training: besideSource(seen!), heldBack: unseen && besideSource(unseen) },
  };
}

/** The first pairs with the channels of both pictures, [N, H, W, source + target]. */
function besideSource({ source, target }: Translation): HostTensor {
  const [all = 0, height = 0, width = 0, sourceChannels = 0] = source.shape;
  const targetChannels = target.shape[3]!;
  const [count, channels] = [Math.min(all, judgedCount), sourceChannels + targetChannels];
  const values = new Float32Array(count * height * width * channels);
  for (let pixel = 0; pixel < count * height * width; pixel++) {
    const put = (data: HostTensor['data'], own: number, offset: number): void => {
      for (let channel = 0; channel < own; channel++) {
        values[pixel * channels + offset + channel] = data[pixel * own + channel]!;
      }
    };
    put(source.data, sourceChannels, 0);
    put(target.data, targetChannels, sourceChannels);
  }
  return hostTensor([count, height, width, channels], values);
}
