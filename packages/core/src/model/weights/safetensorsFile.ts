import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { SafetensorsHeader, TensorEntry } from './safetensorsHeader.ts';
import { LENGTH_BYTES, parseHeader, parseHeaderLength } from './safetensorsHeader.ts';
import type { FileContext } from './weightFileErrors.ts';
import { badFile, readingError } from './weightFileErrors.ts';

/** A safetensors file whose header has been read and checked. */
export interface SafetensorsFile {
  readonly header: SafetensorsHeader;
  /** The stored bytes of one tensor, in memory of their own. */
  readonly read: (entry: TensorEntry) => Promise<Uint8Array>;
}

/** At most so many bytes are asked for at once; the system refuses 2 GiB and more. */
const SLICE_BYTES = 64 * 2 ** 20;

/**
 * Opens a safetensors file, reads its header, hands it to `use` and closes it.
 *
 * @param context its path, and what messages advise
 * @throws UserError when the file cannot be read, or says what is wrong with it
 */
export async function withSafetensorsFile<Result>(
  context: FileContext,
  use: (file: SafetensorsFile) => Promise<Result>,
): Promise<Result> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(context.file, 'r');
    return await use(await readHeader(handle, context));
  } catch (error) {
    throw readingError(context.file, error);
  } finally {
    await handle?.close();
  }
}

async function readHeader(handle: FileHandle, context: FileContext): Promise<SafetensorsFile> {
  const { size } = await handle.stat();
  const start = await readBytes(handle, 0, Math.min(LENGTH_BYTES, size), context);
  const length = parseHeaderLength(start, size, context);
  const dataStart = LENGTH_BYTES + length;
  const json = await readBytes(handle, LENGTH_BYTES, length, context);
  const header = parseHeader(json, size - dataStart, context);
  const read = ({ begin, end }: TensorEntry): Promise<Uint8Array> =>
    readBytes(handle, dataStart + begin, end - begin, context);
  return { header, read };
}

async function readBytes(
  handle: FileHandle,
  position: number,
  length: number,
  context: FileContext,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const wanted = Math.min(SLICE_BYTES, length - done);
    const { bytesRead } = await handle.read(bytes, done, wanted, position + done);
    if (bytesRead === 0) throw badFile(context, 'the file became shorter while it was read');
    done += bytesRead;
  }
  return bytes;
}
