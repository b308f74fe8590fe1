/**
 * Runs a task for each item, some at once, and waits until every started task has ended. After a
 * failure or an abort no further task starts.
 *
 * @param items what to go through, in order
 * @param concurrency most tasks in work at once, at least 1
 * @param task what to do with an item
 * @param signal stops the work between tasks
 * @throws the first task's error, or the signal's reason
 */
export async function forEachConcurrently<Item>(
  items: readonly Item[],
  concurrency: number,
  task: (item: Item) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const queue = items.values();
  const errors: unknown[] = [];
  const work = async () => {
    for (const item of queue) {
      if (errors.length > 0 || signal?.aborted) return;
      try {
        await task(item);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  if (errors.length > 0) throw errors[0];
  signal?.throwIfAborted();
}
