import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nativeComponents } from '@gan-zoo/compiler';
import { folderBytes } from './diskSpace.ts';
import { lockNative } from './lockNative.ts';

/** What an installation leaves in the folder, whole or interrupted; `lock` goes by itself. */
const ours = new RegExp(`^(venv|log\\.txt|unfinished-.*|(${nativeComponents.join('|')})-.*)$`);

/**
 * Removes everything that installations have put into the folder, for all versions, and nothing else.
 *
 * @returns the bytes freed
 * @throws UserError when another process installs there
 */
export async function removeNative(root: string, log: (line: string) => void): Promise<number> {
  if (!existsSync(root)) return 0;
  const lock = lockNative(root, log);
  let bytes = 0;
  try {
    for (const name of (await readdir(root)).filter((entry) => ours.test(entry))) {
      const path = join(root, name);
      bytes += await folderBytes(path);
      await rm(path, { recursive: true });
    }
  } finally {
    lock.release();
  }
  await rmdir(root).catch(() => undefined);
  return bytes;
}
