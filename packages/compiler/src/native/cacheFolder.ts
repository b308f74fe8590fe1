import { homedir } from 'node:os';
import { join } from 'node:path';

/** What {@link defaultCacheFolder} depends on; each defaults to this process's. */
export interface CacheSurroundings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
}

/**
 * The folder for what can be made or fetched again (decoded images, native libraries):
 * `GAN_ZOO_CACHE` when that is set, otherwise `gan-zoo` in the user's cache folder
 * (`XDG_CACHE_HOME` or `~/.cache`; `~/Library/Caches` on macOS; `LOCALAPPDATA` on Windows).
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
