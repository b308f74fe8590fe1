import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@gan-zoo/compiler';
import { shortReason } from './systemErrors.ts';
import { temporaryName } from '../run/atomicFile.ts';

/** What {@link defaultCacheFolder} depends on; each defaults to this process's. */
export interface CacheSurroundings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
}

/**
 * The folder for decoded images: `GAN_ZOO_CACHE` when that is set, otherwise `gan-zoo` in the
 * user's cache folder (`XDG_CACHE_HOME` or `~/.cache`; `~/Library/Caches` on macOS; `LOCALAPPDATA`
 * on Windows).
 */
export function defaultCacheFolder({
  env = process.env,
  platform = process.platform,
  home = homedir(),
}: CacheSurroundings = {}): string {
  if (env['GAN_ZOO_CACHE']) return env['GAN_ZOO_CACHE'];
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'gan-zoo');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'gan-zoo');
  if (platform !== 'win32') return join(home, '.cache', 'gan-zoo');
  return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'gan-zoo', 'Cache');
}

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
