import { createHash } from 'node:crypto';
import { access, constants, readdir, realpath, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '@gan-zoo/compiler';
import { usableCacheFolder } from './usableCacheFolder.ts';
import { decodeImage, type Crop, type DecodeOptions, type Half } from './decodeImage.ts';
import { createImageCache, openImageCache, type ImageCache } from './imageCache.ts';
import { createImageDataset, type ImageDataset } from './imageDataset.ts';
import { assertEnough, assertSome } from './imageFolderErrors.ts';
import { listImageFiles, type ImageListing, type SkippedFile } from './listImageFiles.ts';
import { defaultWorkers, mapInOrder } from './mapInOrder.ts';

/** How far a long piece of work on files has come. */
export interface FileProgress {
  readonly done: number;
  readonly total: number;
}

/** Options of {@link openImageFolder}. */
export interface ImageFolderOptions {
  /** The folder with the images, in it or in folders below it. */
  readonly folder: string;
  /** Side of the square that the network sees, in pixels. */
  readonly imageSize: number;
  /** 3 for colour, 1 for grey; default 3. */
  readonly channels?: 1 | 3 | undefined;
  /** How a picture becomes a square: cut in the centre or stretched; default `centre`. */
  readonly crop?: Crop | undefined;
  /** Only this half of files that hold two pictures side by side; default: all of them. */
  readonly half?: Half | undefined;
  /**
   * Pictures whose shorter side has fewer pixels are skipped. Default: a quarter of `imageSize`,
   * rounded up, so that small pictures (digits of 28 px) can be enlarged but icons are not.
   */
  readonly minimumSide?: number | undefined;
  /** Fewer images than this are an error: one batch. Default 1. */
  readonly minimumCount?: number | undefined;
  /** Where decoded images are kept; default {@link defaultCacheFolder}. */
  readonly cacheFolder?: string;
  /** How many images are decoded at once; default {@link defaultWorkers}. */
  readonly workers?: number | undefined;
  /** The flag that named the folder, for error messages; default `--data`. */
  readonly option?: string | undefined;
  /** Is told after every file. */
  readonly onProgress?: (progress: FileProgress) => void;
  /** Is told, in a sentence, what the user should know. */
  readonly onNote?: (note: string) => void;
  /** Stops decoding; nothing is left behind. */
  readonly signal?: AbortSignal;
}

/** Unfinished cache files are left alone this long: another process may be writing them. */
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * Opens a folder of images for training. The first time all of them are decoded into a cache
 * file; later calls, of other processes too, read that, until the files or the options change.
 *
 * Files that cannot be read or are too small are skipped and listed in `skipped`.
 *
 * @throws UserError when the folder is missing, a file, empty or holds fewer images than one batch
 */
export async function openImageFolder(options: ImageFolderOptions): Promise<ImageDataset> {
  const decodeOptions = resolveDecodeOptions(options);
  const listing = await listImageFiles(options.folder, options.option);
  assertSome(listing, options);
  const cacheFolder = await usableCacheFolder(options.cacheFolder, options.onNote);
  const prefix = await cachePrefix(options.folder, decodeOptions);
  const cachePath = join(
    cacheFolder,
    `${prefix}${digest([listing.files, listing.skipped])}.images`,
  );
  let cache = await openFreshCache(cachePath, options.folder);
  const fromCache = cache !== undefined;
  if (cache === undefined) {
    await buildCache(cachePath, listing, options, decodeOptions);
    cache = await openImageCache(cachePath);
    await removeStale(cacheFolder, prefix, cachePath);
  }
  if (cache === undefined) {
    throw new UserError(`data: "${cachePath}" was removed as it was being written. Start again.`);
  }
  const dataset = createImageDataset(cache, { folder: options.folder, cachePath, fromCache });
  try {
    assertEnough(dataset, options);
  } catch (error) {
    await dataset.close();
    throw error;
  }
  return dataset;
}

function resolveDecodeOptions(options: ImageFolderOptions): DecodeOptions {
  const { imageSize, channels = 3, crop = 'centre' } = options;
  if (!Number.isInteger(imageSize) || imageSize < 1) {
    throw new UserError(
      `data: expected an image size of whole pixels of at least 1, received ${imageSize}.`,
    );
  }
  const minimumSide = options.minimumSide ?? Math.ceil(imageSize / 4);
  const { half } = options;
  return { imageSize, channels, crop, minimumSide, ...(half === undefined ? {} : { half }) };
}

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 20);

/** The part of a cache file's name that stays when the files change but the options do not. */
async function cachePrefix(folder: string, options: DecodeOptions): Promise<string> {
  const real = await realpath(folder);
  const name = basename(real)
    .replace(/[^\w-]+/g, '-')
    .slice(0, 40);
  return `${name}-${options.imageSize}x${options.channels}-${digest([real, options]).slice(0, 12)}-`;
}

/** Opens a cache unless a file that could not be read before can be read now. */
async function openFreshCache(path: string, folder: string): Promise<ImageCache | undefined> {
  const cache = await openImageCache(path);
  for (const refused of cache?.header.refused ?? []) {
    const isReadable = await access(join(folder, refused), constants.R_OK).then(
      () => true,
      () => false,
    );
    if (!isReadable) continue;
    await cache?.handle.close();
    return undefined;
  }
  return cache;
}

async function buildCache(
  cachePath: string,
  listing: ImageListing,
  options: ImageFolderOptions,
  decodeOptions: DecodeOptions,
): Promise<void> {
  const { folder, workers = defaultWorkers(), signal, onProgress } = options;
  const { files } = listing;
  const writer = await createImageCache(cachePath);
  try {
    const paths: string[] = [];
    const refused: string[] = [];
    const skipped: SkippedFile[] = [...listing.skipped];
    const decode = ({ path }: { path: string }) => decodeImage(join(folder, path), decodeOptions);
    let done = 0;
    for await (const decoded of mapInOrder(files, decode, { workers, signal })) {
      const { path } = files[done]!;
      if ('pixels' in decoded) {
        paths.push(path);
        await writer.append(decoded.pixels);
      } else {
        skipped.push({ path, reason: decoded.reason });
        if (decoded.refused) refused.push(path);
      }
      done++;
      onProgress?.({ done, total: files.length });
    }
    skipped.sort((left, right) => (left.path < right.path ? -1 : 1));
    const { imageSize, channels } = decodeOptions;
    await writer.finish({ imageSize, channels, paths, skipped, refused });
  } finally {
    await writer.abandon();
  }
}

/** Removes what this folder and these options no longer need; failing to is no harm. */
async function removeStale(cacheFolder: string, prefix: string, keep: string): Promise<void> {
  const names = await readdir(cacheFolder).catch(() => []);
  for (const name of names) {
    const path = join(cacheFolder, name);
    const isUnfinished = name.startsWith(`.${prefix}`) && name.endsWith('.tmp');
    const isOld = isUnfinished
      ? Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity) >
        ABANDONED_AFTER_MS
      : name.startsWith(prefix) && name.endsWith('.images') && path !== keep;
    if (isOld) await rm(path, { force: true }).catch(() => undefined);
  }
}
