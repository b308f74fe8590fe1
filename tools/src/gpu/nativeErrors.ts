import { UserError } from '@gan-zoo/core';

const otherPlace = 'set GAN_ZOO_NATIVE to a folder on another disk';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: `the disk is full. Free some space, or ${otherPlace}`,
  EDQUOT: `your disk quota is used up. Free some space, or ${otherPlace}`,
  EROFS: 'the file system is read-only. Set GAN_ZOO_NATIVE to a folder that can be written',
  EACCES: 'permission is missing. Change it, or set GAN_ZOO_NATIVE to a folder of yours',
  EPERM: 'permission is missing. Change it, or set GAN_ZOO_NATIVE to a folder of yours',
  ENOTDIR: 'a part of the path is a file. Set GAN_ZOO_NATIVE to a folder',
  EEXIST: 'a file is in its place. Set GAN_ZOO_NATIVE to a folder',
};

/**
 * Puts an error of the file system into words; another one comes back unchanged.
 *
 * @param folder the folder of the libraries
 */
export function explainNativeError(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? undefined : reasons[code];
  if (reason === undefined) return error;
  return new UserError(`gpu: cannot write ${folder}: ${reason}, and run it again: it goes on.`, {
    cause: error,
  });
}

/** Throws the error of a full disk if that is what a program's output complains about. */
export function throwIfDiskFull(output: string, folder: string): void {
  if (!/No space left on device|Errno 28\b/.test(output)) return;
  throw explainNativeError(Object.assign(new Error(output), { code: 'ENOSPC' }), folder);
}
