import { FontError } from '../fontError.ts';

/**
 * Puts an error of the file system into words: what cannot be read, why, and what to do next. An
 * error of another kind comes back unchanged.
 *
 * @param error what a function of `node:fs` threw
 */
export function explainReadError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const reason = code === undefined ? undefined : reasons[code];
  if (reason === undefined) return error;
  return new FontError(`cannot read the font ${path}: ${reason} (${code}).`, { cause: error });
}

const noPermission = 'permission is missing. Change the permissions';

const reasons: Readonly<Record<string, string>> = {
  EACCES: noPermission,
  EPERM: noPermission,
  ENOENT: 'nothing is there. Correct the path',
  ENOTDIR: 'a part of the path is a file, not a folder. Correct the path',
  EISDIR: 'a folder is in its place. Correct the path',
  ENAMETOOLONG: 'the name is too long. Choose a shorter one',
  EMFILE: 'too many files are open. Raise the limit (ulimit -n)',
  EIO: 'the disk reports a fault. Check the disk',
};
