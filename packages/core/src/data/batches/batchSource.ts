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
   * The source of a whole GAN may also give a list: the parts of the step, each one call of the
   * train step, in order. So a large batch goes through in small ones, or D and G one after the
   * other in less memory. Their metrics are averaged.
   *
   * @param step counted from 0 over the whole run: step `stepsPerEpoch` begins the second epoch
   */
  batchAt(step: number): Promise<Batch>;

  /** Lets go of open files. No batch can be read afterwards. */
  close(): Promise<void>;
}
