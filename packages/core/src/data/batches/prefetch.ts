import { UserError } from '@gan-zoo/compiler';
import type { BatchSource } from './batchSource.ts';

/** Options of {@link prefetch}. */
export interface PrefetchOptions {
  /** How many batches are read ahead of the one in use; default 2. */
  readonly ahead?: number;
}

/** A source whose batches are read before they are asked for. */
export interface PrefetchedSource<Batch> extends BatchSource<Batch> {
  /** Milliseconds that callers have waited for the first batch, which nothing could foresee. */
  readonly firstWaitMs: number;
  /** Milliseconds that callers have waited for all later batches: near 0 if reading keeps up. */
  readonly waitedMs: number;
}

/**
 * Reads the batches of the next steps while a step runs. A failed read is reported when its step
 * asks for the batch, and asking again tries again.
 *
 * @param source is closed together with the result
 */
export function prefetch<Batch>(
  source: BatchSource<Batch>,
  { ahead = 2 }: PrefetchOptions = {},
): PrefetchedSource<Batch> {
  const reading = new Map<number, Promise<Batch>>();
  const waits = { count: 0, firstMs: 0, laterMs: 0 };
  let latest = -1;
  let closing: Promise<void> | undefined;
  const read = (step: number): Promise<Batch> => {
    const batch = (async () => source.batchAt(step))();
    // Reported to whoever asks for the step; nobody may.
    batch.catch(() => undefined);
    return batch;
  };
  const readAhead = (step: number): void => {
    if (closing !== undefined || step !== latest) return;
    for (const other of reading.keys()) {
      if (other <= step || other > step + ahead) reading.delete(other);
    }
    for (let next = step + 1; next <= step + ahead; next++) {
      if (!reading.has(next)) reading.set(next, read(next));
    }
  };
  return {
    stepsPerEpoch: source.stepsPerEpoch,
    get firstWaitMs() {
      return waits.firstMs;
    },
    get waitedMs() {
      return waits.laterMs;
    },
    batchAt: async (step) => {
      if (closing !== undefined) {
        throw new UserError(`data: batch ${step} was asked for after the data was closed.`);
      }
      latest = step;
      const began = performance.now();
      const isFirst = waits.count++ === 0;
      const batch = reading.get(step) ?? read(step);
      // Not before the caller has had its batch, if that is here already.
      setImmediate(() => readAhead(step));
      try {
        return await batch;
      } finally {
        waits[isFirst ? 'firstMs' : 'laterMs'] += performance.now() - began;
      }
    },
    close: () => (closing ??= finish(source, reading)),
  };
}

async function finish<Batch>(
  source: BatchSource<Batch>,
  reading: Map<number, Promise<Batch>>,
): Promise<void> {
  await Promise.allSettled(reading.values());
  reading.clear();
  await source.close();
}
