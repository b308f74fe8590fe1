import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomically } from '../../base/files/atomicFile.ts';
import { explainFileError } from '../../base/files/fileErrors.ts';

/**
 * Writes a picture, and makes the folders that are missing. A reader sees the old content or the
 * whole new one.
 *
 * @param path where the file goes
 * @param content the encoded picture
 * @throws UserError when the system refuses, with its reason
 */
export async function writePicture(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw explainFileError(error, 'create the folder of', path);
  });
  await writeFileAtomically(path, content, 'the picture');
}
