/**
 * A process that decodes a folder or reads its batches, and reports in lines of JSON: see
 * {@link ProgramReport}. `dataProgram.ts <options as JSON>`.
 */
import { createMemoryLog, growthOf, peakBytes } from './memoryLog.ts';
import { imageBatches, openImageFolder, prefetch } from '@gan-zoo/core';
import { stat } from 'node:fs/promises';

/** What the process is to do. */
export interface ProgramOptions {
  readonly folder: string;
  readonly imageSize: number;
  readonly batchSize: number;
  readonly workers: number;
  /** Batches to read; 0 opens the folder alone. */
  readonly batches: number;
}

/** What it found out. */
export interface ProgramReport {
  readonly count: number;
  readonly fromCache: boolean;
  readonly cacheBytes: number;
  /** Seconds until the folder was open: decoding, the first time. */
  readonly openSeconds: number;
  /** Seconds for all batches. */
  readonly batchSeconds: number;
  readonly peakBytes: number;
  /** Growth of memory over the later three quarters of the work, in bytes. */
  readonly growthBytes: number;
}

const NOTES = 64;

async function work(options: ProgramOptions): Promise<ProgramReport> {
  const { folder, imageSize, batchSize, workers, batches } = options;
  const memory = createMemoryLog();
  let lastShown = 0;
  const onProgress = ({ done, total }: { done: number; total: number }): void => {
    if (done % Math.ceil(total / NOTES) === 0 && batches === 0) memory.note();
    if (Date.now() - lastShown < 200 && done < total) return;
    lastShown = Date.now();
    print({ done, total });
  };
  const began = performance.now();
  const dataset = await openImageFolder({ folder, imageSize, workers, onProgress });
  const opened = performance.now();
  const { count, fromCache, cachePath } = dataset;
  const source = prefetch(imageBatches(dataset, { batchSize, seed: 0, flip: true }));
  for (let step = 0; step < batches; step++) {
    await source.batchAt(step);
    if (step % Math.ceil(batches / NOTES) === 0) memory.note();
  }
  const ended = performance.now();
  const cacheBytes = (await stat(cachePath)).size;
  await source.close();
  return {
    ...{ count, fromCache, cacheBytes },
    openSeconds: (opened - began) / 1000,
    batchSeconds: (ended - opened) / 1000,
    peakBytes: peakBytes(),
    growthBytes: growthOf(memory.bytes),
  };
}

const print = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

print({ report: await work(JSON.parse(process.argv[2] ?? '{}') as ProgramOptions) });
