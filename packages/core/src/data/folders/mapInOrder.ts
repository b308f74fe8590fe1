import { availableParallelism } from 'node:os';

/** Options of {@link mapInOrder}. */
export interface MapInOrderOptions {
  /** How many items are worked on at once. */
  readonly workers: number;
  /** Stops before the next item; what has been started is waited for. */
  readonly signal?: AbortSignal | undefined;
}

/** Twice the machine's threads: in order, the next result may be one that takes long. */
export const defaultWorkers = (): number => 2 * availableParallelism();

/**
 * Runs `work` on every item, several at once, and yields the results in the order of the items.
 * A result that nobody has taken yet counts as being worked on, so memory stays bounded however
 * slow the consumer is.
 *
 * @throws whatever `work` throws first, in the order of the items, or the signal's reason
 */
export async function* mapInOrder<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
  { workers, signal }: MapInOrderOptions,
): AsyncGenerator<Result, void, undefined> {
  const started: Promise<Result>[] = [];
  let next = 0;
  try {
    while (next < items.length || started.length > 0) {
      signal?.throwIfAborted();
      while (started.length < workers && next < items.length) {
        const result = work(items[next]!, next);
        // The failure is reported when its turn comes; until then it is not an unhandled one.
        result.catch(() => undefined);
        started.push(result);
        next++;
      }
      yield await started.shift()!;
    }
  } finally {
    await Promise.allSettled(started);
  }
}
