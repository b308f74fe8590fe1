import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { UserError } from '@gan-zoo/compiler';
import { mapInOrder } from './mapInOrder.ts';
import { shortReason } from '../../base/files/systemErrors.ts';

/** Formats that can be read, as users write them. */
export const IMAGE_FORMATS = 'png, jpeg, webp, gif, svg, avif, tiff';

const READABLE = new Set('.png .jpg .jpeg .jpe .jfif .webp .gif .svg .avif .tif .tiff'.split(' '));
const UNREADABLE = new Set('.bmp .heic .heif .ico .jxl .psd .tga'.split(' '));

/** An image file in a folder. */
export interface ImageFile {
  /** Relative to the folder, with `/` on every system. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** A file that is not used, and why. */
export interface SkippedFile {
  /** Relative to the folder, with `/` on every system. */
  readonly path: string;
  readonly reason: string;
}

/** What {@link listImageFiles} found. */
export interface ImageListing {
  /** Sorted by path, by code units: the same on every machine. */
  readonly files: readonly ImageFile[];
  readonly skipped: readonly SkippedFile[];
  /** Files that are no images by their extension. */
  readonly otherCount: number;
}

interface Walk {
  readonly images: string[];
  readonly skipped: SkippedFile[];
  readonly visited: Set<string>;
  otherCount: number;
}

/**
 * Lists the images in a folder and all folders below it, by extension (in any case). Symbolic
 * links are followed, each folder is entered once; names that begin with a dot are passed over.
 *
 * @param folder where to look
 * @param option the flag that named the folder, for error messages; default `--data`
 * @throws UserError when the folder does not exist, is a file or may not be read
 */
export async function listImageFiles(folder: string, option = '--data'): Promise<ImageListing> {
  await assertFolder(folder, option);
  const walk: Walk = { images: [], skipped: [], visited: new Set(), otherCount: 0 };
  try {
    await visitFolder(folder, '', walk);
  } catch (error) {
    throw new UserError(
      `data: the folder "${resolve(folder)}" (${option}) cannot be read: ${shortReason(error)}.`,
    );
  }
  const files: ImageFile[] = [];
  const found = mapInOrder(walk.images.sort(byCodeUnits), (path) => statImage(folder, path), {
    workers: 16,
  });
  for await (const file of found) {
    if ('reason' in file) walk.skipped.push(file);
    else files.push(file);
  }
  walk.skipped.sort((left, right) => byCodeUnits(left.path, right.path));
  return { files, skipped: walk.skipped, otherCount: walk.otherCount };
}

const byCodeUnits = (left: string, right: string): number =>
  left < right ? -1 : Number(left > right);

async function assertFolder(folder: string, option: string): Promise<void> {
  const shown = resolve(folder);
  const found = await stat(folder).catch((error: unknown) => {
    throw new UserError(
      `data: expected a folder of images at "${shown}" (${option}): ${shortReason(error)}. ` +
        `Check the path, or make the images first with the prepare command.`,
    );
  });
  if (found.isDirectory()) return;
  throw new UserError(
    `data: expected a folder of images at "${shown}" (${option}), received a file. ` +
      `Name the folder that holds it.`,
  );
}

async function visitFolder(root: string, relative: string, walk: Walk): Promise<void> {
  const here = await realpath(join(root, relative));
  if (walk.visited.has(here)) return;
  walk.visited.add(here);
  const entries = await readdir(here, { withFileTypes: true });
  for (const entry of entries.sort((left, right) => byCodeUnits(left.name, right.name))) {
    if (entry.name.startsWith('.')) continue;
    const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
    await visitEntry(root, path, entry, walk);
  }
}

async function visitEntry(root: string, path: string, entry: Dirent, walk: Walk): Promise<void> {
  try {
    const isFolder = entry.isSymbolicLink()
      ? (await stat(join(root, path))).isDirectory()
      : entry.isDirectory();
    if (isFolder) return await visitFolder(root, path, walk);
  } catch (error) {
    walk.skipped.push({ path, reason: shortReason(error) });
    return;
  }
  const extension = extname(path).toLowerCase();
  if (READABLE.has(extension)) walk.images.push(path);
  else if (UNREADABLE.has(extension)) walk.skipped.push({ path, reason: advice(extension) });
  else walk.otherCount++;
}

const advice = (extension: string): string =>
  `${extension.slice(1)} files cannot be read; convert it to png or jpeg`;

async function statImage(root: string, path: string): Promise<ImageFile | SkippedFile> {
  try {
    const found = await stat(join(root, path));
    if (!found.isFile()) return { path, reason: 'not a regular file' };
    return { path, size: found.size, modifiedMs: found.mtimeMs };
  } catch (error) {
    return { path, reason: shortReason(error) };
  }
}
