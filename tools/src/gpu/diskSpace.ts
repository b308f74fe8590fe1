import { existsSync } from 'node:fs';
import { lstat, readdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NativeComponent } from '@gan-zoo/compiler';
import { formatBytes, UserError } from '@gan-zoo/core';

/** What the components take on the disk, in bytes: measured, and rounded up. */
const needs: Readonly<Record<NativeComponent, { installed: number; meanwhile: number }>> = {
  'tensorflow-cpu': { installed: 0.9e9, meanwhile: 0.9e9 },
  'tensorflow-cuda': { installed: 5.8e9, meanwhile: 1.5e9 },
  'onnx-cuda': { installed: 2.5e9, meanwhile: 1e9 },
};

/** The bytes that installing some components needs at most, one after another. */
export const neededBytes = (components: readonly NativeComponent[]): number =>
  components.reduce((sum, component) => sum + needs[component].installed, 0) +
  Math.max(0, ...components.map((component) => needs[component].meanwhile));

/**
 * Checks that a disk has room.
 *
 * @param folder need not exist yet
 * @param free bytes that are free there; default: asks the system
 * @throws UserError when it is too little
 */
export async function assertSpace(folder: string, needed: number, free?: number): Promise<void> {
  const available = free ?? (await freeBytes(folder));
  if (available >= needed) return;
  throw new UserError(
    `gpu: expected ${formatBytes(needed)} of free disk space for ${folder}, found ${formatBytes(available)}. ` +
      'Free some, or set GAN_ZOO_NATIVE to a folder on another disk.',
  );
}

async function freeBytes(folder: string): Promise<number> {
  let place = folder;
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = await statfs(place);
  return bavail * bsize;
}

/** The bytes of a file, or of all files in a folder; 0 when there is nothing. */
export async function folderBytes(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  let bytes = 0;
  for (const name of await readdir(path)) bytes += await folderBytes(join(path, name));
  return bytes;
}
