import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';

import { explainFileError } from '../../base/files/fileErrors.ts';
import { encodeMetrics } from './metrics.ts';
import type { MetricsRecord } from './metrics.ts';

/** Appends lines to `metrics.jsonl`. */
export interface MetricsWriter {
  /** Adds a record; it reaches the file with the next flush, or when 64 kB have gathered. */
  readonly append: (record: MetricsRecord) => void;
  /** Hands what has gathered to the system, so that other processes can read it. */
  readonly flush: () => void;
  /** Flushes, and waits until the disk has it: do it together with a checkpoint. */
  readonly sync: () => void;
  /** Flushes and closes; further calls do nothing. */
  readonly close: () => void;
}

const bufferLimit = 64 * 1024;

/**
 * Opens `metrics.jsonl` for appending and creates it when needed. A half-written last line, left by
 * a process that was killed, is removed first. When a write fails nothing of it stays in the file,
 * and what was not written is kept for the next flush.
 *
 * @throws UserError, from any method, when the disk is full or the file cannot be written
 */
export function openMetricsWriter(path: string): MetricsWriter {
  const guard = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw explainFileError(error, 'write the metrics', path);
    }
  };
  const file = guard(() => openSync(path, constants.O_RDWR | constants.O_CREAT, 0o666));
  let size = guard(() => removeTornLine(file));
  let pending = '';
  let open = true;
  const flush = () => {
    if (!open || pending === '') return;
    size = guard(() => writeAt(file, size, Buffer.from(pending)));
    pending = '';
  };
  return {
    append(record) {
      pending += `${encodeMetrics(record)}\n`;
      if (pending.length >= bufferLimit) flush();
    },
    flush,
    sync() {
      flush();
      if (open) guard(() => fsyncSync(file));
    },
    close() {
      if (!open) return;
      try {
        flush();
      } finally {
        open = false;
        closeSync(file);
      }
    },
  };
}

/** Writes bytes at a position and returns the new end; takes half a write back when it fails. */
function writeAt(file: number, start: number, bytes: Uint8Array): number {
  let written = 0;
  try {
    while (written < bytes.length) {
      written += writeSync(file, bytes, written, bytes.length - written, start + written);
    }
  } catch (error) {
    try {
      ftruncateSync(file, start);
    } catch {
      // Devices and pipes cannot be shortened; the first error is the one to report.
    }
    throw error;
  }
  return start + bytes.length;
}

/** Cuts what follows the last line break, if anything, and returns the size of the file then. */
function removeTornLine(file: number): number {
  const size = fstatSync(file).size;
  const block = Buffer.alloc(bufferLimit);
  let end = size;
  while (end > 0) {
    const start = Math.max(0, end - block.length);
    const length = readSync(file, block, 0, end - start, start);
    const lineBreak = block.subarray(0, length).lastIndexOf(0x0a);
    if (lineBreak >= 0) {
      end = start + lineBreak + 1;
      break;
    }
    end = start;
  }
  if (end < size) ftruncateSync(file, end);
  return end;
}
