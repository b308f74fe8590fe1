import { lockRun, runFolderAt, UserError, type RunLock } from '@gan-zoo/core';

/**
 * Takes the right to write the folder of native libraries, as a training takes it for its run.
 *
 * @param log is told of a takeover from a process that has ended
 * @throws UserError when another process installs or removes there, or the folder cannot be written
 */
export function lockNative(root: string, log: (line: string) => void): RunLock {
  try {
    return lockRun(runFolderAt(root), () =>
      log('An earlier installation ended without a farewell; going on from what it left'),
    );
  } catch (error) {
    if (!(error instanceof UserError) || error.cause !== undefined) throw error;
    const message = error.message.replace('a run that no other process writes', 'to be alone');
    throw new UserError(message, { cause: error });
  }
}
