import { realpath } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, relative, resolve } from 'node:path';
import sharp from 'sharp';
import { UserError } from '@gan-zoo/compiler';
import { decodeImage, type DecodeOptions } from './decodeImage.ts';
import { assertSome } from './imageFolderErrors.ts';
import { listImageFiles, type SkippedFile } from './listImageFiles.ts';
import { defaultWorkers, mapInOrder } from './mapInOrder.ts';
import type { FileProgress } from './openImageFolder.ts';
import { writePicture } from '../images/writePicture.ts';

/** Options of {@link cropAndResizeFolder}. */
export interface CropAndResizeOptions {
  /** The folder with the pictures, in it or in folders below it. */
  readonly source: string;
  /** Where the squares go; not the same folder, nor inside of it. */
  readonly out: string;
  /** Side of the squares in pixels. */
  readonly imageSize: number;
  /** 3 for colour, 1 for grey; default 3. */
  readonly channels?: 1 | 3;
  /** Pictures not to copy, by their paths relative to `source`; default none. */
  readonly leaveOut?: ReadonlySet<string>;
  /** As in {@link openImageFolder}; default: a quarter of `imageSize`. */
  readonly minimumSide?: number;
  /** How many pictures are worked on at once; default {@link defaultWorkers}. */
  readonly workers?: number;
  readonly onProgress?: (progress: FileProgress) => void;
  readonly signal?: AbortSignal;
}

/** What {@link cropAndResizeFolder} did. */
export interface CropAndResizeResult {
  /** The new files, relative to `out`. */
  readonly written: readonly string[];
  readonly skipped: readonly SkippedFile[];
}

/**
 * Copies a folder of pictures as centre-cropped squares in PNG, under their own names and folders.
 * Two pictures that differ only in their extension become `name.png` and `name-2.png`.
 *
 * @throws UserError when `source` is missing, a file or without images, when `out` lies in it, or
 *   when `out` cannot be written to
 */
export async function cropAndResizeFolder(
  options: CropAndResizeOptions,
): Promise<CropAndResizeResult> {
  const { source, out, imageSize, channels = 3, workers = defaultWorkers() } = options;
  const listing = await listImageFiles(source);
  assertSome(listing, { folder: source });
  await assertOutside(source, out);
  const minimumSide = options.minimumSide ?? Math.ceil(imageSize / 4);
  const decodeOptions: DecodeOptions = { imageSize, channels, crop: 'centre', minimumSide };
  const files = listing.files.filter(({ path }) => options.leaveOut?.has(path) !== true);
  const names = pngNames(files.map(({ path }) => path));
  const written: string[] = [];
  const skipped: SkippedFile[] = [...listing.skipped];
  const convert = async ({ path }: { path: string }): Promise<string | SkippedFile> => {
    const name = names.get(path)!;
    const reason = await convertOne(join(source, path), join(out, name), decodeOptions);
    return reason === undefined ? name : { path, reason };
  };
  let done = 0;
  const { signal } = options;
  for await (const result of mapInOrder(files, convert, { workers, signal })) {
    if (typeof result === 'string') written.push(result);
    else skipped.push(result);
    done++;
    options.onProgress?.({ done, total: files.length });
  }
  return { written, skipped };
}

/** Returns why a picture was skipped, or undefined when its square was written. */
async function convertOne(
  from: string,
  to: string,
  options: DecodeOptions,
): Promise<string | undefined> {
  const decoded = await decodeImage(from, options);
  if ('reason' in decoded) return decoded.reason;
  const { imageSize: side, channels } = options;
  const png = await sharp(decoded.pixels, { raw: { width: side, height: side, channels } })
    .png()
    .toBuffer();
  await writePicture(to, png);
  return undefined;
}

/** A name of its own for every path; compared without case, as some file systems do. */
function pngNames(paths: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const path of paths) {
    const stem = path.slice(0, path.length - extname(path).length);
    let name = `${stem}.png`;
    for (let copy = 2; taken.has(name.toLowerCase()); copy++) name = `${stem}-${copy}.png`;
    taken.add(name.toLowerCase());
    names.set(path, name);
  }
  return names;
}

/** Squares among the originals would be taken for originals the next time. */
async function assertOutside(source: string, out: string): Promise<void> {
  const path = relative(await realpath(source), await realpathOfFuture(resolve(out)));
  if (isAbsolute(path) || path.split(/[\\/]/, 1)[0] === '..') return;
  throw new UserError(
    `data: expected a folder for the new pictures outside of "${resolve(source)}", ` +
      `received "${resolve(out)}". Choose another --out.`,
  );
}

/** The real path of something that may not exist yet. */
async function realpathOfFuture(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    if (parent === path) return path;
    return join(await realpathOfFuture(parent), relative(parent, path));
  }
}
