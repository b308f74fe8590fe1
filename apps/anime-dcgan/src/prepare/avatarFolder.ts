import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@gan-zoo/core';
import {
  manifestName,
  parseManifest,
  setDifferences,
  versionDifferences,
  type AvatarManifest,
} from './avatarManifest.ts';

/** What an output folder holds before drawing. */
export interface AvatarFolder {
  /** Manifest found there; undefined if the folder is new or empty. */
  readonly manifest: AvatarManifest | undefined;
  /** Names of all entries. */
  readonly names: ReadonlySet<string>;
}

/**
 * Opens a folder for avatars: makes it if it is missing, and refuses it if it holds anything but
 * avatars of the same set. Files are neither overwritten nor deleted.
 *
 * @param folder path
 * @param wanted manifest of the set to be drawn
 * @throws UserError if the folder holds other files or another set, or cannot be used
 */
export async function openAvatarFolder(
  folder: string,
  wanted: AvatarManifest,
): Promise<AvatarFolder> {
  const names = new Set(await usable(folder, () => makeAndList(folder)));
  if (!names.has(manifestName)) {
    const files = [...names].filter((name) => !name.startsWith('.'));
    if (files.length > 0) throw foreignFolder(folder, files);
    return { manifest: undefined, names };
  }
  const path = join(folder, manifestName);
  const manifest = parseManifest(await usable(folder, () => readFile(path, 'utf8')));
  if (!manifest) {
    throw new UserError(
      `prepare: expected ${path} to describe avatars, received another file. ` +
        `Choose another folder with --out.`,
    );
  }
  const differences = setDifferences(manifest, wanted);
  if (differences.length > 0) {
    throw new UserError(
      `prepare: ${folder} holds another set of avatars: ${differences.join('; ')}. ` +
        `Choose another folder with --out, delete this one, or ask for what it holds.`,
    );
  }
  return { manifest, names };
}

/**
 * Asserts that pictures drawn now match those already in the folder.
 *
 * @param folder path, for the message
 * @param found manifest of the folder
 * @param wanted manifest of the set to be drawn
 * @throws UserError if the folder was drawn with other versions
 */
export function assertSameVersions(
  folder: string,
  found: AvatarManifest,
  wanted: AvatarManifest,
): void {
  const differences = versionDifferences(found, wanted);
  if (differences.length === 0) return;
  throw new UserError(
    `prepare: ${folder} lacks pictures, and those there were drawn with other versions: ` +
      `${differences.join('; ')}. New pictures could look different. ` +
      `Choose another folder with --out, or delete this one and run again.`,
  );
}

/**
 * Writes a file under a temporary name beside its place, then renames it, so that no reader and no
 * interrupt ever sees half of it.
 *
 * @param folder where
 * @param name final name in the folder
 * @param content whole content
 * @throws UserError if the disk refuses
 */
export async function writeWhole(
  folder: string,
  name: string,
  content: Uint8Array | string,
): Promise<void> {
  const temporary = join(folder, `.${name}.${process.pid}.tmp`);
  await usable(folder, async () => {
    try {
      await writeFile(temporary, content);
      await rename(temporary, join(folder, name));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  });
}

/**
 * Deletes temporary files that a killed run left behind.
 *
 * @param folder path of a folder of avatars
 * @param names its entries
 */
export async function removeLeftovers(folder: string, names: Iterable<string>): Promise<void> {
  for (const name of names) {
    const owner = /^\.(?:[a-z-]+-\d{5}\.png|manifest\.json)\.(\d+)\.tmp$/.exec(name)?.[1];
    if (owner !== undefined && !isRunning(Number(owner))) {
      await rm(join(folder, name), { force: true });
    }
  }
}

function foreignFolder(folder: string, files: readonly string[]): UserError {
  const shown = files.slice(0, 3).join(', ') + (files.length > 3 ? ', …' : '');
  return new UserError(
    `prepare: expected ${folder} to be new, empty or a folder of avatars, received a folder with ` +
      `${files.length} other ${files.length === 1 ? 'entry' : 'entries'} (${shown}) and no ` +
      `${manifestName}. Nothing was changed. Choose another folder with --out.`,
  );
}

async function makeAndList(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  return readdir(folder);
}

async function usable<T>(folder: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `prepare: expected ${folder} to be a folder that can be read and written, received: ` +
        `${reason}. Choose another folder with --out, or mend this one.`,
      { cause: error },
    );
  }
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
