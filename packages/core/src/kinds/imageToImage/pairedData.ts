import { join } from 'node:path';
import { hostTensor, UsageError, type HostTensor, type Tree } from '@gan-zoo/compiler';
import type { BatchSource, PairFolderOptions } from '../../data/batches/index.ts';
import type { BatchTools, ReferenceImages } from '../../gan/definition/index.ts';
import { microBatches } from '../../model/regularisers/index.ts';
import type { Layer } from '../../model/layers/index.ts';
import type { PairedConfig } from './fields.ts';
import { channelsOf } from './networks.ts';
import { exists } from './testFolder.ts';
import { createMasks, createTurnInputs } from './turnInputs.ts';

/** Pictures of a pair by their domains. */
type Pair = Readonly<Record<'a' | 'b', HostTensor>>;

/** Pictures of a pair by what happens with them. */
type Translation = Readonly<Record<'source' | 'target', HostTensor>>;

const byDirection = ({ direction }: PairedConfig, { a, b }: Pair): Translation =>
  direction === 'a-to-b' ? { source: a, target: b } : { source: b, target: a };

const masksOf = (config: PairedConfig, generator: Layer, tools: BatchTools) => {
  const { imageSize, direction } = config;
  const shape = [imageSize, imageSize, channelsOf(config, direction).source];
  return createMasks(generator, shape, tools.random);
};

/** Pairs with everything random of their step. */
export async function openPairedBatches(
  config: PairedConfig,
  generator: Layer,
  tools: BatchTools,
): Promise<BatchSource<Tree<HostTensor>>> {
  const { training } = await sourceOf(config, tools);
  const pairs = await tools.pairs(training);
  const { stepsPerEpoch } = pairs;
  const { batchSize, direction } = config;
  const { source, target } = channelsOf(config, direction);
  const turns = createTurnInputs({
    ...{ config, random: tools.random, stepsPerEpoch },
    judges: [
      {
        ...{ name: 'discriminator', channels: source + target },
        ...{ generator: 'generator', fakes: 'fake' },
      },
    ],
  });
  const masksAt = masksOf(config, generator, tools);
  return {
    stepsPerEpoch,
    batchAt: async (step) => {
      const masks = masksAt(batchSize, 'dropout/generator', step);
      const due = { discriminator: turns.discriminator(step), generator: turns.generator(step) };
      const batch = {
        ...byDirection(config, await pairs.batchAt(step)),
        ...(masks && { masks: { generator: masks } }),
        ...(due.discriminator && { discriminator: due.discriminator }),
        ...(due.generator && { generator: due.generator }),
      };
      const parts = microBatches(batch, config.accumulationSteps);
      return (parts.length === 1 ? parts[0] : parts) as unknown as Tree<HostTensor>;
    },
    close: () => pairs.close(),
  };
}

/** Where the pairs are, and those to look at and to measure by. */
async function sourceOf(config: PairedConfig, tools: BatchTools) {
  const { imageSize, loadSize, flip, workers, channelsA, channelsB, domainA, domainB } = config;
  const common = { imageSize, loadSize, flip, workers, channelsA, channelsB, stream: 'images' };
  if (domainA !== undefined || domainB !== undefined) {
    const options = { optionA: '--domain-a', optionB: '--domain-b' };
    return { training: { ...common, ...bothFolders(config), ...options } };
  }
  const sideBySide = { sideBySide: true, option: '--data' } as const;
  const training = { ...common, ...sideBySide, folder: join(config.data, 'train') };
  const test: PairFolderOptions = { ...training, folder: join(config.data, 'test'), heldBack: 0 };
  const hasTest = await exists(tools.pairPictures({ ...test, part: 'training', count: 1 }));
  return hasTest ? { training: { ...training, heldBack: 0 }, test } : { training };
}

function bothFolders({ domainA, domainB }: PairedConfig): { folderA: string; folderB: string } {
  if (domainA !== undefined && domainB !== undefined) return { folderA: domainA, folderB: domainB };
  const [given, missing] = domainA === undefined ? ['b', 'a'] : ['a', 'b'];
  throw new UsageError(
    `--domain-${missing}: expected a folder beside --domain-${given}, received none. Pictures ` +
      `of both belong together by name.`,
  );
}

/** Fixed pairs: those that are trained on, and others where there are such. */
async function fixedPairs(
  config: PairedConfig,
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
  config: PairedConfig,
  tools: BatchTools,
  count: number,
): Promise<Pair | undefined> => (await fixedPairs(config, tools, count)).heldBack;

/** Fixed pairs, those that are not trained on where there are such, with masks of their own. */
export async function pairedSamples(
  config: PairedConfig,
  generator: Layer,
  tools: BatchTools,
): Promise<Tree<HostTensor>> {
  const { training, heldBack } = await fixedPairs(config, tools, config.sampleCount);
  const images = byDirection(config, heldBack ?? training);
  const count = images.source.shape[0]!;
  const masks = masksOf(config, generator, tools)(count, 'dropout/samples', 0);
  return { ...images, ...(masks && { masks }) } as unknown as Tree<HostTensor>;
}

/** How many real pictures the doctor and the scores look at. */
const referenceCount = 256;

/** How many pairs the doctor shows the discriminator. */
const judgedCount = 64;

/** Fixed real pictures of the target; and, as the discriminator sees them, beside their sources. */
export async function pairedReferences(
  config: PairedConfig,
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
