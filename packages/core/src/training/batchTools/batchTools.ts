import {
  imageBatches,
  pairedBatches,
  readFixed,
  seededOrder,
  splitHeldBack,
  unpairedBatches,
  type FixedOptions,
  type HeldBackSplit,
  type PictureFolderOptions,
  type SquareOptions,
} from '../../data/batches/index.ts';
import { type ImageDataset } from '../../data/folders/index.ts';
import { createRandom } from '../../model/random/index.ts';
import type { BatchTools } from '../../gan/definition/definition.ts';
import { createDataOpener, type OpenDataOptions, type OpenedData } from './openData.ts';
import type { DataConfig } from './dataConfig.ts';

/** What opening a folder tells the outside. */
export interface BatchToolsOptions extends Omit<OpenDataOptions, 'minimumCount'> {
  readonly config: DataConfig;
}

/** Tools that read the user's folders. */
export interface FolderBatchTools extends BatchTools {
  /** What was opened so far, every folder once. */
  readonly opened: readonly OpenedData[];
}

/** Makes tools that read the user's folders. */
export function folderBatchTools({ config, ...outside }: BatchToolsOptions): FolderBatchTools {
  const { batchSize, seed } = config;
  const opener = createDataOpener({ ...outside, minimumCount: batchSize });
  const openForTraining = async (options: PictureFolderOptions) => {
    const dataset = await opener.folder(options);
    const images = splitOf(config, dataset.paths, options).training;
    return { dataset, images, imageSize: options.imageSize, flip: options.flip ?? false };
  };
  return {
    random: createRandom(seed),
    opened: opener.opened,
    own: opener.own,
    images: async (options) => {
      const { dataset, ...used } = await openForTraining(options);
      return imageBatches(dataset, { batchSize, seed, stream: options.stream, ...used });
    },
    pictures: async (options) => {
      const dataset = await opener.folder(options);
      return closing(dataset, async () => {
        const numbers = fixedNumbers(config, dataset.paths, options);
        return numbers && readFixed(dataset, numbers, options.imageSize);
      });
    },
    unpaired: async ({ a, b }) => {
      const domainA = await openForTraining(a);
      try {
        return unpairedBatches(domainA, await openForTraining(b), { batchSize, seed });
      } catch (error) {
        await domainA.dataset.close();
        throw error;
      }
    },
    pairs: async (options) => {
      const pairs = await opener.pairs(options);
      const images = splitOf(config, pairs.names, options).training;
      const { imageSize, flip, stream } = options;
      return pairedBatches(pairs, { batchSize, seed, imageSize, images, flip, stream });
    },
    pairPictures: async (options) => {
      const pairs = await opener.pairs(options);
      return closing(pairs, async () => {
        const numbers = fixedNumbers(config, pairs.names, options);
        if (numbers === undefined) return undefined;
        const read = (dataset: ImageDataset, own: Int32Array) =>
          readFixed(
            dataset,
            numbers.map((pair) => own[pair]!),
            options.imageSize,
          );
        return { a: await read(pairs.datasetA, pairs.a), b: await read(pairs.datasetB, pairs.b) };
      });
    },
  };
}

async function closing<Result>(
  opened: { close(): Promise<void> },
  use: () => Promise<Result>,
): Promise<Result> {
  try {
    return await use();
  } finally {
    await opened.close();
  }
}

const splitOf = (
  { seed, batchSize, heldBackImages = 0 }: DataConfig,
  names: readonly string[],
  { heldBack = heldBackImages }: SquareOptions,
): HeldBackSplit => splitHeldBack(names, { seed, count: heldBack, minimumTraining: batchSize });

/** Numbers of fixed pictures in an order of the seed; undefined when none are held back. */
function fixedNumbers(
  config: DataConfig,
  names: readonly string[],
  options: SquareOptions & FixedOptions,
): Int32Array | undefined {
  const { heldBack } = splitOf(config, names, options);
  if (options.part === 'heldBack') {
    return heldBack.length === 0 ? undefined : heldBack.slice(0, options.count);
  }
  const held = new Set(heldBack);
  const order = seededOrder(names, config.seed).filter((image) => !held.has(image));
  return order.slice(0, options.count);
}
