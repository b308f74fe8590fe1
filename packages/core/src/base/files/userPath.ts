import { homedir } from 'node:os';
import { resolve } from 'node:path';

/**
 * Makes a user's path absolute.
 *
 * @param path relative, absolute, or starting with `~` for the home folder
 * @param workingFolder absolute folder that relative paths start from
 */
export function resolveUserPath(path: string, workingFolder: string): string {
  if (path === '~') return homedir();
  if (/^~[\\/]/.test(path)) return resolve(homedir(), path.slice(2));
  return resolve(workingFolder, path);
}
