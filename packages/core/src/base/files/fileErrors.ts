import { UserError } from '@gan-zoo/compiler/errors';

/**
 * Puts an error of the file system into words: what could not be done, where, why, and what to do
 * next. An error of another kind comes back unchanged.
 *
 * @param error what a function of `node:fs` threw
 * @param action what was tried, as in "cannot …": `write the checkpoint`
 * @param path the file or folder that the user knows about, not a temporary one
 */
export function explainFileError(error: unknown, action: string, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const reason = code === undefined ? undefined : reasons[code];
  if (reason === undefined) return error;
  return new UserError(`cannot ${action} ${path}: ${reason} (${code}).`, { cause: error });
}

const noPermission =
  'permission is missing. Change the permissions, or choose another place with --out';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space, or choose another place with --out',
  EDQUOT: 'your disk quota is used up. Free some space, or choose another place with --out',
  EFBIG: 'the file would be larger than this system allows. Raise the limit (ulimit -f)',
  EACCES: noPermission,
  EPERM: noPermission,
  EROFS: 'the file system is read-only. Choose another place with --out',
  ENOENT: 'its folder does not exist. Create the folder, or correct the path',
  ENOTDIR: 'a part of the path is a file, not a folder. Correct the path',
  EISDIR: 'a folder is in its place. Correct the path',
  EEXIST: 'something is in its place. Move it away, or choose another place with --out',
  ENAMETOOLONG: 'the name is too long. Choose a shorter one',
  EMFILE: 'too many files are open. Raise the limit (ulimit -n)',
  EIO: 'the disk reports a fault. Check the disk, or choose another place with --out',
};
