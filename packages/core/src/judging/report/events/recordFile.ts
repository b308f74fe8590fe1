import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';

import { maskedCrc32c } from './crc32c.ts';

/** A file of records, each with its length and checksums, that only grows. */
export interface RecordFile {
  /** Adds a record; it reaches the file with the next flush, or when 64 kB have gathered. */
  append(record: Uint8Array): void;
  /** Hands what has gathered to the system, so that other processes can read it. */
  flush(): void;
  /** Flushes, and waits until the disk has it. */
  sync(): void;
}

const bufferLimit = 64 * 1024;

/**
 * Frames a record: its length as 64 bits, the checksum of these 8 bytes, the record and its
 * checksum, all little-endian.
 */
export function frameRecord(record: Uint8Array): Uint8Array {
  const framed = Buffer.alloc(12 + record.length + 4);
  framed.writeBigUInt64LE(BigInt(record.length), 0);
  framed.writeUInt32LE(maskedCrc32c(framed.subarray(0, 8)), 8);
  framed.set(record, 12);
  framed.writeUInt32LE(maskedCrc32c(record), 12 + record.length);
  return framed;
}

/**
 * Creates a record file. It is open only while it is written, so there is nothing to close. When a
 * write fails nothing of it stays in the file, and what was not written is kept for the next flush.
 * A process that is killed may leave a torn last record, which readers take for the end.
 *
 * @throws an error of the file system, from any method; EEXIST when the file exists
 */
export function createRecordFile(path: string): RecordFile {
  closeSync(openSync(path, 'wx'));
  let size = 0;
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  const write = (toDisk: boolean): void => {
    if (pendingBytes === 0 && !toDisk) return;
    const file = openSync(path, 'r+');
    try {
      size = writeWhole(file, size, Buffer.concat(pending));
      pending = [];
      pendingBytes = 0;
      if (toDisk) fsyncSync(file);
    } finally {
      closeSync(file);
    }
  };
  return {
    append(record) {
      const framed = frameRecord(record);
      pending.push(framed);
      pendingBytes += framed.length;
      if (pendingBytes >= bufferLimit) write(false);
    },
    flush: () => write(false),
    sync: () => write(true),
  };
}

/** Writes all bytes at a position, or none; returns the size of the file then. */
function writeWhole(file: number, start: number, bytes: Uint8Array): number {
  let written = 0;
  try {
    while (written < bytes.length) {
      written += writeSync(file, bytes, written, bytes.length - written, start + written);
    }
  } catch (error) {
    ftruncateSync(file, start);
    throw error;
  }
  return start + bytes.length;
}
