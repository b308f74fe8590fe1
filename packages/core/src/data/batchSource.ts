/**
 * Where a training run gets its batches: addressed by step and without a cursor, so that a resumed
 * run reads exactly the batches that an unbroken one would have read. Wrap it in
 * {@link prefetch} to read ahead.
 *
 * @typeParam Batch what the train step takes: one host tensor, or a record of several
 */
export interface BatchSource<Batch> {
  /** Batches in one pass over the data; a last, short one is left out. */
  readonly stepsPerEpoch: number;

  /**
   * Reads the batch of a step. The same step always gives the same batch.
   *
   * @param step counted from 0 over the whole run: step `stepsPerEpoch` begins the second epoch
   */
  batchAt(step: number): Promise<Batch>;

  /** Lets go of open files. No batch can be read afterwards. */
  close(): Promise<void>;
}
