import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '@gan-zoo/compiler';
import { shortReason, systemErrorCode } from './systemErrors.ts';

/** A name beside `path` that no other process uses; rename it to `path` when it is complete. */
export function temporaryName(path: string): string {
  const mark = `${process.pid}-${randomBytes(4).toString('hex')}`;
  return join(dirname(path), `.${basename(path)}.${mark}.tmp`);
}

/**
 * Writes a file under a temporary name and renames it, so that a reader sees the old content or
 * the new one and never a half. Makes the folders that are missing.
 *
 * @param path where the file goes
 * @param content its bytes or its text
 * @throws UserError when the system refuses, with its reason
 */
export async function writeFileAtomically(
  path: string,
  content: Uint8Array | string,
): Promise<void> {
  const temporary = temporaryName(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (systemErrorCode(error) === undefined) throw error;
    throw new UserError(
      `files: could not write "${path}": ${shortReason(error)}. ` +
        `Choose a place that you may write to (--out) or make room there.`,
    );
  }
}
