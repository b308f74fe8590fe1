import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { explainFileError } from './fileErrors.ts';

/** Content of a file: a text (UTF-8), bytes, or parts that are written one after another. */
export type FileContent =
  string | Uint8Array | Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;

/** A name beside `path` that no other process uses; rename it to `path` when it is complete. */
export const temporaryName = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`);

/**
 * Writes a file so that at any moment, even after a crash or a power cut, either the old content
 * or the whole new content is there: a temporary file in the same folder, synced, then renamed.
 * When anything fails, the temporary file is removed and the old content stays.
 *
 * @param path file to write; its folder must exist
 * @param what what the file is, for the error's text: `the checkpoint`; default `the file`
 * @throws UserError when the disk is full or read-only, permission or the folder is missing
 */
export async function writeFileAtomically(
  path: string,
  data: FileContent,
  what = 'the file',
): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await writeSynced(temporary, data);
    await renameOver(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explainFileError(error, `write ${what}`, path);
  }
  await syncFolder(dirname(path));
}

async function writeSynced(path: string, data: FileContent): Promise<void> {
  const file = await open(path, 'wx');
  try {
    if (typeof data === 'string' || data instanceof Uint8Array) await file.writeFile(data);
    else await writeParts(file, data);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeParts(
  file: FileHandle,
  parts: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
): Promise<void> {
  // writeFile on a handle goes on from where the last one ended, and repeats short writes.
  for await (const part of parts) await file.writeFile(part);
}

/** Windows refuses to replace a file while a scanner or viewer has it open: try for a while. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const busy = process.platform === 'win32' && (code === 'EPERM' || code === 'EBUSY');
      if (!busy || attempt === 5) throw error;
      await delay(attempt * 50);
    }
  }
}

/** Makes the rename itself durable. Not every system lets folders be synced; then it goes without. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // The content is safe already; only the newest name might be lost in a power cut.
  }
}
