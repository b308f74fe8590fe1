import { UserError } from '@gan-zoo/compiler';
import type { Progress } from '../../base/console/index.ts';
import {
  openImageFolder,
  openImagePairs,
  type ImageDataset,
  type ImageFolderOptions,
  type ImagePairs,
  type PairPlace,
} from '../../data/folders/index.ts';
import {
  type FixedOptions,
  type PairFolderOptions,
  type PictureFolderOptions,
  type SquareOptions,
} from '../../data/batches/index.ts';
import type { BatchTools } from '../../gan/definition/definition.ts';

/** What opening a folder needs from the outside. */
export interface OpenDataOptions {
  /** Pictures that training needs at least. */
  readonly minimumCount: number;
  readonly resolvePath: (path: string) => string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly progress: (options: { label: string; total: number; unit: string }) => Progress;
}

/** A folder that was opened: what a later run can tell changed data by. */
export interface OpenedData {
  readonly folder: string;
  /** Usable pictures. */
  readonly count: number;
  /** SHA-256 of all their pixels. */
  readonly fingerprint: string;
}

/** Opens folders with progress, and says once what each one holds. */
export interface DataOpener {
  readonly opened: readonly OpenedData[];
  folder(options: PictureFolderOptions & Partial<FixedOptions>): Promise<ImageDataset>;
  pairs(options: PairFolderOptions & Partial<FixedOptions>): Promise<ImagePairs>;
  readonly own: BatchTools['own'];
}

/** Makes the opener of a run. */
export function createDataOpener(outside: OpenDataOptions): DataOpener {
  const { resolvePath, log } = outside;
  const opened: OpenedData[] = [];
  const seen = new Set<string>();
  const report = (dataset: ImageDataset): void => {
    if (seen.has(dataset.cachePath)) return;
    seen.add(dataset.cachePath);
    const { folder, count, fingerprint } = dataset;
    opened.push({ folder, count, fingerprint });
    reportDataset(dataset, log);
  };
  return {
    opened,
    folder: async (options) => {
      const { channels, option } = options;
      const folder = resolvePath(options.folder);
      const dataset = await withProgress(outside, options, (common) =>
        openImageFolder({ ...common, folder, channels, option }),
      );
      report(dataset);
      return dataset;
    },
    own: async (path, open) => {
      const data = await open(resolvePath(path));
      const { path: folder, count, fingerprint } = data;
      if (!seen.has(folder)) opened.push({ folder, count, fingerprint });
      seen.add(folder);
      return data;
    },
    pairs: async (options) => {
      const { channelsA, channelsB } = options;
      const place = placeOf(options, resolvePath);
      const pairs = await withProgress(outside, options, (common) =>
        openImagePairs({ ...common, channelsA, channelsB, ...place }),
      );
      const isNew = !seen.has(pairs.datasetA.cachePath);
      report(pairs.datasetA);
      report(pairs.datasetB);
      if (isNew) reportPairs(pairs, log);
      return pairs;
    },
  };
}

/** The options that folders and pairs share, and a bar for as long as pictures are decoded. */
async function withProgress<Opened>(
  { minimumCount, signal, log, progress }: OpenDataOptions,
  options: SquareOptions & Partial<FixedOptions>,
  open: (common: Omit<ImageFolderOptions, 'folder'>) => Promise<Opened>,
): Promise<Opened> {
  const { imageSize, loadSize = imageSize, crop, workers, part } = options;
  assertLoadSize(loadSize, imageSize);
  let shown: Progress | undefined;
  const stop = (): void => {
    shown?.stop();
    shown = undefined;
  };
  try {
    return await open({
      ...{ imageSize: loadSize, minimumSide: Math.ceil(imageSize / 4), crop, workers, signal },
      // Fixed pictures may be as few as there are.
      minimumCount: part === undefined ? minimumCount : 1,
      onNote: log,
      onProgress: ({ done, total }) => {
        shown ??= progress({ label: 'Reading pictures', total, unit: 'images' });
        shown.update(done);
        // The second folder of a pair gets a bar of its own.
        if (done === total) stop();
      },
    });
  } finally {
    stop();
  }
}

function placeOf(options: PairFolderOptions, resolvePath: (path: string) => string): PairPlace {
  if ('sideBySide' in options) {
    const { option } = options;
    return { folder: resolvePath(options.folder), sideBySide: true, option };
  }
  const { folderA, folderB, optionA, optionB } = options;
  return { folderA: resolvePath(folderA), folderB: resolvePath(folderB), optionA, optionB };
}

function assertLoadSize(loadSize: number, imageSize: number): void {
  if (loadSize >= imageSize) return;
  throw new UserError(
    `data: expected a load size of at least the image size, ${imageSize} px, received ` +
      `${loadSize}. Use a larger --load-size or a smaller --image-size.`,
  );
}

function reportDataset(dataset: ImageDataset, log: (line: string) => void): void {
  const cached = dataset.fromCache ? ', from the cache' : '';
  log(`Data: ${dataset.count} pictures of ${dataset.folder}${cached}`);
  if (dataset.skipped.length === 0) return;
  log(`Skipped ${dataset.skipped.length} files that are no usable pictures:`);
  logSome(
    dataset.skipped.map(({ path, reason }) => `${path}: ${reason}`),
    log,
  );
}

function reportPairs({ names, single }: ImagePairs, log: (line: string) => void): void {
  log(`Pairs: ${names.length}`);
  if (single.length === 0) return;
  const what = single.length === 1 ? 'picture' : 'pictures';
  log(`Left out ${single.length} ${what} without a partner of the same name:`);
  logSome(single, log);
}

function logSome(lines: readonly string[], log: (line: string) => void): void {
  for (const line of lines.slice(0, 5)) log(`  ${line}`);
  if (lines.length > 5) log(`  … and ${lines.length - 5} more`);
}
