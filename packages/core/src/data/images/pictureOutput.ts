import { readdir, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { UsageError, UserError } from '@gan-zoo/compiler';
import { shortReason, systemErrorCode } from '../../base/files/systemErrors.ts';

/** Where pictures go: all into one file, or each into its own in a folder. */
export interface PictureOutput {
  readonly kind: 'file' | 'folder';
  /** Absolute. */
  readonly path: string;
}

/**
 * Reads what a user gives as `--out <file.png or folder>`. A name that ends in `.png` is a file; a
 * name without an extension or with `/` at its end is a folder, and so is one that exists.
 *
 * @param given as the user wrote it
 * @param path the same, absolute
 * @throws UsageError for another extension
 * @throws UserError for a folder that is not empty: nothing of the user's is written over
 */
export async function openPictureOutput(given: string, path: string): Promise<PictureOutput> {
  const found = await stat(path).catch(() => undefined);
  const extension = extname(path).toLowerCase();
  if (found?.isDirectory() !== true && !/[\\/]$/.test(given)) {
    if (extension === '.png') return { kind: 'file', path };
    // Folders may have dots in their names, as in `width-0.5`; extensions begin with a letter.
    if (/^\.[a-z]/.test(extension)) {
      throw new UsageError(
        `--out: expected a file that ends in .png, or a folder, received "${given}". ` +
          `Pictures are written as png; a folder with a dot in its name ends in /.`,
      );
    }
  }
  await assertEmptyFolder(path);
  return { kind: 'folder', path };
}

/**
 * Asserts that a folder for results is new or empty, so that nothing is written over.
 *
 * @param path absolute; hidden files in it do not count
 * @param option the flag that named the folder, for messages; default `--out`
 * @throws UserError when it holds something, is a file or cannot be read
 */
export async function assertEmptyFolder(path: string, option = '--out'): Promise<void> {
  const names = await readdir(path).catch((error: unknown) => {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return [];
    if (code === undefined) throw error;
    throw new UserError(
      `${option}: expected a new or empty folder, received ${path}: ${shortReason(error)}. ` +
        `Choose another ${option}.`,
    );
  });
  const held = names.filter((name) => !name.startsWith('.')).sort();
  if (held.length === 0) return;
  const shown = held.slice(0, 3).join(', ') + (held.length > 3 ? ', …' : '');
  throw new UserError(
    `${option}: expected a new or empty folder, received ${path} with ${held.length} ` +
      `${held.length === 1 ? 'entry' : 'entries'} (${shown}). Nothing was changed. ` +
      `Choose another ${option}.`,
  );
}
