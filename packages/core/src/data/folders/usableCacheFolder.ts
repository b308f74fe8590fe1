import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCacheFolder, UserError } from '@gan-zoo/compiler';
import { shortReason } from '../../base/files/systemErrors.ts';
import { temporaryName } from '../../base/files/atomicFile.ts';

/**
 * Makes sure of a folder that can be written to: the wanted one, or `gan-zoo` in the system's
 * folder for temporary files.
 *
 * @param wanted the folder to use if possible
 * @param onNote is told when another one is used, and why
 * @throws UserError when neither can be written to
 */
export async function usableCacheFolder(
  wanted: string = defaultCacheFolder(),
  onNote: (note: string) => void = () => undefined,
): Promise<string> {
  const refusal = await whyNotWritable(wanted);
  if (refusal === undefined) return wanted;
  const fallback = join(tmpdir(), 'gan-zoo');
  const fallbackRefusal = await whyNotWritable(fallback);
  if (fallbackRefusal !== undefined) {
    throw new UserError(
      `data: expected a folder for decoded images that can be written to; ` +
        `"${wanted}": ${refusal}; "${fallback}": ${fallbackRefusal}. ` +
        `Set GAN_ZOO_CACHE to another folder.`,
    );
  }
  onNote(
    `The cache folder "${wanted}" cannot be used (${refusal}); decoded images go to ` +
      `"${fallback}". Set GAN_ZOO_CACHE to choose another folder.`,
  );
  return fallback;
}

/** Tries it, because permission bits do not tell everything on every system. */
async function whyNotWritable(folder: string): Promise<string | undefined> {
  const probe = temporaryName(join(folder, 'probe'));
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
    return undefined;
  } catch (error) {
    return shortReason(error);
  }
}
