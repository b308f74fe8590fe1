import type { FileHandle } from 'node:fs/promises';

/** Bytes that are read piece by piece, of a file or in memory. */
export interface ByteSource {
  readonly size: number;
  /** Reads bytes; fewer at the end. */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** The bytes of an open file, which is closed together with them. */
export async function fileBytes(handle: FileHandle): Promise<ByteSource> {
  const { size } = await handle.stat();
  return {
    size,
    read: async (position, length) => {
      const buffer = Buffer.alloc(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(buffer, done, length - done, position + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return buffer.subarray(0, done);
    },
    close: () => handle.close(),
  };
}

/** Bytes in memory. */
export const memoryBytes = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: (position, length) =>
    Promise.resolve(Buffer.from(bytes.subarray(position, position + length))),
  close: () => Promise.resolve(),
});
