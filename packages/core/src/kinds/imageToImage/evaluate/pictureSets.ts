import { hostTensor, UserError, type HostTensor } from '@gan-zoo/compiler';
import type { CommandContext } from '../../../command/cli/index.ts';
import {
  findDatasetLayout,
  openImageFolder,
  openImagePairs,
  type ImageDataset,
} from '../../../data/folders/index.ts';
import { readFixed } from '../../../data/batches/index.ts';
import { folderBatchTools } from '../../../training/batchTools/index.ts';
import type { AnyTranslationDefinition } from '../definition.ts';
import type { LoadedGenerators } from '../translate/translator.ts';
import { pairByName } from './pairByName.ts';

/** Pictures to evaluate on, read when they are needed. */
export interface PictureSet {
  /** Where they come from, in words. */
  readonly from: string;
  /** One for each picture. */
  readonly names: readonly string[];
  /** Shape: [numbers.length, S, S, C] in [-1, 1] */
  readonly read: (numbers: readonly number[]) => Promise<HostTensor>;
}

/** Pictures of both domains that training has not seen. */
export interface EvaluationPictures {
  readonly sets: { readonly a: PictureSet; readonly b: PictureSet };
  /** Whether pictures of the same number show the same thing, so that each is the other's truth. */
  readonly isPaired: boolean;
  close(): Promise<void>;
}

/** Where to look. */
export interface PictureOptions {
  readonly definition: AnyTranslationDefinition;
  readonly loaded: Pick<LoadedGenerators, 'config' | 'resolvePath'>;
  /** The user's own folders of both domains; default: the test folders of the run's data. */
  readonly testA: string | undefined;
  readonly testB: string | undefined;
  /** At most so many of each domain. */
  readonly count: number;
}

/**
 * Opens the pictures to evaluate on: two folders of the user's, or the test folders of the run's
 * data (`testA` and `testB`, or pairs side by side in `test` or `val`), or what the run held back.
 * Files of equal names (whatever their extensions) in two folders are pairs with a known truth, when
 * they are at least half of the smaller folder; then they alone are used.
 *
 * @throws UserError when there are none, or no pairs where nothing else can be measured
 */
export async function openEvaluationPictures(
  options: PictureOptions,
  context: CommandContext,
): Promise<EvaluationPictures> {
  const { config, resolvePath } = options.loaded;
  if (options.testA !== undefined && options.testB !== undefined) {
    const [a, b] = [context.resolvePath(options.testA), context.resolvePath(options.testB)];
    return fromFolders({ a, b }, { a: '--test-a', b: '--test-b' }, options, context);
  }
  if (config.domainA !== undefined || config.domainB !== undefined) {
    return fromHeldBack(options, context);
  }
  const own = "the run's --data";
  const layout = await findDatasetLayout(resolvePath(config.data), own);
  if (layout.kind === 'sideBySide') {
    const folder = layout.test ?? layout.validation;
    return folder === undefined
      ? fromHeldBack(options, context)
      : sideBySide(folder, own, options, context);
  }
  const { testA: a, testB: b } = layout;
  return a === undefined || b === undefined
    ? fromHeldBack(options, context)
    : fromFolders({ a, b }, { a: own, b: own }, options, context);
}

type PerDomain<Value> = Readonly<Record<'a' | 'b', Value>>;

async function fromFolders(
  folders: PerDomain<string>,
  named: PerDomain<string>,
  { definition, loaded: { config }, count }: PictureOptions,
  { signal, log }: CommandContext,
): Promise<EvaluationPictures> {
  const { imageSize, workers } = config;
  const open = (folder: string, option: string, channels: 1 | 3): Promise<ImageDataset> =>
    openImageFolder({ folder, option, channels, imageSize, workers, signal, onNote: log });
  const a = await open(folders.a, named.a, config.channelsA);
  const b = await open(folders.b, named.b, config.channelsB);
  const { pairs, singles } = pairByName(a.paths, b.paths);
  const isPaired = pairs.length >= Math.min(a.count, b.count) / 2;
  if (!isPaired && !definition.bothWays) throw noPairs(folders, pairs.length, singles);
  if (isPaired && singles > 0)
    log(`Left out ${singles} pictures without a partner of the same name`);
  const all = ({ paths }: ImageDataset): number[] => paths.map((_, index) => index);
  const chosenA = isPaired ? pairs.map((pair) => pair.a) : all(a);
  const chosenB = isPaired ? pairs.map((pair) => pair.b) : all(b);
  return {
    sets: { a: setOf(a, spread(chosenA, count)), b: setOf(b, spread(chosenB, count)) },
    isPaired,
    close: async () => {
      await Promise.all([a.close(), b.close()]);
    },
  };
}

const noPairs = (folders: PerDomain<string>, pairs: number, singles: number): UserError =>
  new UserError(
    `evaluate: expected pairs, pictures of equal names in ${folders.a} and ${folders.b}, found ` +
      `${pairs} and ${singles} pictures without a partner. Give the pictures of a pair the same name.`,
  );

async function sideBySide(
  folder: string,
  option: string,
  { loaded: { config }, count }: PictureOptions,
  { signal, log }: CommandContext,
): Promise<EvaluationPictures> {
  const { imageSize, workers, channelsA, channelsB } = config;
  const pairs = await openImagePairs({
    ...{ folder, sideBySide: true, option, imageSize, workers, channelsA, channelsB },
    ...{ signal, onNote: log },
  });
  const set = (dataset: ImageDataset, own: Int32Array): PictureSet =>
    setOf(dataset, spread([...own], count));
  return {
    sets: { a: set(pairs.datasetA, pairs.a), b: set(pairs.datasetB, pairs.b) },
    isPaired: true,
    close: () => pairs.close(),
  };
}

/** At most `count` of the items, at even distances. */
const spread = <Item>(items: readonly Item[], count: number): Item[] =>
  items.length <= count
    ? [...items]
    : Array.from({ length: count }, (_, at) => items[Math.floor((at * items.length) / count)]!);

const setOf = (dataset: ImageDataset, chosen: readonly number[]): PictureSet => ({
  from: dataset.folder,
  names: chosen.map((number) => dataset.paths[number]!),
  read: (numbers) =>
    readFixed(
      dataset,
      numbers.map((number) => chosen[number]!),
    ),
});

async function fromHeldBack(
  { definition, loaded: { config, resolvePath }, count }: PictureOptions,
  context: CommandContext,
): Promise<EvaluationPictures> {
  const tools = folderBatchTools({ ...context, config, resolvePath });
  const held = await definition.heldBack(config, tools, count);
  const setFor = (domain: 'a' | 'b'): PictureSet => {
    const images = held[domain];
    if (images === undefined) {
      throw new UserError(
        `evaluate: expected pictures that were not trained on, found none held back of domain ` +
          `${domain.toUpperCase()}. Name folders with --test-a and --test-b.`,
      );
    }
    const length = Math.min(count, images.shape[0]!);
    return {
      from: `held back of domain ${domain.toUpperCase()}`,
      names: Array.from({ length }, (_, index) => `${domain}${index}`),
      read: (numbers) => Promise.resolve(rowsOf(images, numbers)),
    };
  };
  const sets = { a: setFor('a'), b: setFor('b') };
  return { sets, isPaired: held.isPaired, close: () => Promise.resolve() };
}

/** Some rows of a tensor along its first axis. */
export function rowsOf(images: HostTensor, numbers: readonly number[]): HostTensor<'float32'> {
  const [, ...extents] = images.shape;
  const size = extents.reduce((product, extent) => product * extent, 1);
  const values = new Float32Array(numbers.length * size);
  numbers.forEach((number, place) =>
    values.set(images.data.subarray(number * size, (number + 1) * size), place * size),
  );
  return hostTensor([numbers.length, ...extents], values);
}
