import { createHash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { UserError } from '@gan-zoo/compiler';
import { z } from 'zod';
import { shortReason, systemErrorCode } from '../../base/files/systemErrors.ts';
import { temporaryName } from '../../base/files/atomicFile.ts';

/**
 * A cache file is the pixels of all images one after the other (uint8, rows, channels last), then
 * the header as JSON, then 16 bytes: the header's length as a little-endian 64-bit number and
 * this mark. One file, so that one rename publishes it; pixels first, so that image i begins at
 * i times the bytes of one image.
 */
const MARK = Buffer.from('GZIMAGE1', 'latin1');
const TRAILER_BYTES = 16;

const headerSchema = z.object({
  imageSize: z.int().positive(),
  channels: z.union([z.literal(1), z.literal(3)]),
  /** The image files, in the order of their pixels. */
  paths: z.array(z.string()),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
  /** Skipped files that the file system did not let us read: worth another try. */
  refused: z.array(z.string()),
  /** SHA-256 of all pixels, in hexadecimal. */
  fingerprint: z.string(),
});

/** What a cache file says about its pixels. */
export type ImageCacheHeader = z.infer<typeof headerSchema>;

/** An open cache file. */
export interface ImageCache {
  readonly header: ImageCacheHeader;
  readonly handle: FileHandle;
}

/**
 * Opens a cache file.
 *
 * @returns undefined when there is none or when it is not whole: then build it anew
 */
export async function openImageCache(path: string): Promise<ImageCache | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const header = await readHeader(handle);
    if (header !== undefined) return { header, handle };
  } catch {
    // Not there, not readable or not JSON: all the same to the caller.
  }
  await handle?.close();
  return undefined;
}

async function readHeader(handle: FileHandle): Promise<ImageCacheHeader | undefined> {
  const { size } = await handle.stat();
  if (size < TRAILER_BYTES) return undefined;
  const trailer = Buffer.alloc(TRAILER_BYTES);
  await readFully(handle, trailer, size - TRAILER_BYTES);
  if (!trailer.subarray(8).equals(MARK)) return undefined;
  const length = Number(trailer.readBigUInt64LE(0));
  if (length > size - TRAILER_BYTES) return undefined;
  const json = Buffer.alloc(length);
  await readFully(handle, json, size - TRAILER_BYTES - length);
  const header = headerSchema.parse(JSON.parse(json.toString('utf8')));
  const pixelBytes = header.paths.length * header.imageSize ** 2 * header.channels;
  return pixelBytes + length + TRAILER_BYTES === size ? header : undefined;
}

/**
 * Fills `target` from a place in a file.
 *
 * @throws UserError when the file ends before that
 */
export async function readFully(
  handle: FileHandle,
  target: Uint8Array,
  position: number,
): Promise<void> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) {
      throw new UserError(
        `data: the cache of decoded images ended after ${position + done} bytes, ` +
          `expected ${position + target.length}: something has shortened it. ` +
          `Start again; it is rebuilt.`,
      );
    }
    done += bytesRead;
  }
}

/** Takes pixels in order and publishes the file when it is complete. */
export interface ImageCacheWriter {
  append(pixels: Uint8Array): Promise<void>;
  /** Writes the header and renames the file to its place. */
  finish(header: Omit<ImageCacheHeader, 'fingerprint'>): Promise<void>;
  /** Removes what was written. Does nothing after {@link ImageCacheWriter.finish}. */
  abandon(): Promise<void>;
}

/**
 * Begins a cache file under a temporary name. Several processes may build the same one: each has
 * a name of its own, and the last to finish replaces equal content.
 *
 * @param path where the finished file goes; its folder exists
 * @throws UserError from every method when the system refuses, such as when the disk is full
 */
export async function createImageCache(path: string): Promise<ImageCacheWriter> {
  const temporary = temporaryName(path);
  const handle = await open(temporary, 'wx').catch((error: unknown) => refuse(path, error));
  const hash = createHash('sha256');
  let position = 0;
  let isOpen = true;
  const write = async (bytes: Uint8Array): Promise<void> => {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position);
      done += bytesWritten;
      position += bytesWritten;
    }
  };
  const abandon = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
  };
  return {
    append: async (pixels) => {
      hash.update(pixels);
      await write(pixels).catch((error: unknown) => refuse(path, error));
    },
    finish: async (header) => {
      const json = Buffer.from(JSON.stringify({ ...header, fingerprint: hash.digest('hex') }));
      const trailer = Buffer.alloc(TRAILER_BYTES);
      trailer.writeBigUInt64LE(BigInt(json.length), 0);
      MARK.copy(trailer, 8);
      try {
        await write(Buffer.concat([json, trailer]));
        await handle.sync();
        await handle.close();
        await publish(temporary, path);
        isOpen = false;
      } catch (error) {
        refuse(path, error);
      }
    },
    abandon,
  };
}

/** Windows refuses to replace a file that another process reads; then that one is as good. */
async function publish(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path);
  } catch (error) {
    const existing = await openImageCache(path);
    if (existing === undefined) throw error;
    await existing.handle.close();
    await rm(temporary, { force: true });
  }
}

function refuse(path: string, error: unknown): never {
  if (systemErrorCode(error) === undefined) throw error;
  throw new UserError(
    `data: could not write the decoded images to "${path}": ${shortReason(error)}. ` +
      `Make room there, or set GAN_ZOO_CACHE to a folder on another disk.`,
  );
}
