import { z } from 'zod';
import type { CheckpointMetadata } from '../../model/weights/index.ts';

const bestSchema = z.object({ metric: z.string(), value: z.number(), step: z.int() });
const rollbackSchema = z.object({
  /** The step that failed, and the one that the training went back to. */
  from: z.int(),
  to: z.int(),
  /** What learning rates were multiplied by. */
  factor: z.number(),
  /** What was no number: `generatorLoss`. */
  cause: z.string(),
});

const dataSchema = z.object({ count: z.int(), fingerprint: z.string() });

const positionSchema = z.object({
  /** Lines of `metrics.jsonl` that belong to the training up to here. */
  metricsRecords: z.int().min(0).optional(),
  /** Sum and count of every metric since it was last logged. */
  pendingMetrics: z.record(z.string(), z.tuple([z.number(), z.int()])).default({}),
  /** The means that were logged last. */
  loggedMetrics: z.record(z.string(), z.number()).default({}),
  /** The best checkpoint so far. */
  best: bestSchema.optional(),
  /** The folders that are trained on: usable pictures, and SHA-256 of all their pixels. */
  data: z.array(dataSchema).optional(),
  rollbacks: z.array(rollbackSchema).default([]),
  /** What observers remember, by their names. */
  observers: z.record(z.string(), z.unknown()).default({}),
  /** Whether the step's samples, measures and log line are still to be made: it was interrupted. */
  owesOutput: z.boolean().default(false),
});

/** A checkpoint as the best so far by one metric. */
export type BestCheckpoint = z.output<typeof bestSchema>;

/** A folder's pictures, as a later run can tell changed ones by. */
export type DataFingerprint = z.output<typeof dataSchema>;

/** A return to a checkpoint, after a loss or weight that was no number. */
export type Rollback = z.output<typeof rollbackSchema>;

/**
 * Where a training stands, besides its state: what a checkpoint records so that a resumed run writes
 * the same files as one that never stopped. Two things need no record. Random numbers are functions
 * of (seed, stream, step), and so is the order of the data: the batch of a step does not depend on
 * the batches before it.
 */
export type TrainPosition = z.output<typeof positionSchema>;

/** The position before the first step. */
export const startPosition = (): TrainPosition => positionSchema.parse({});

/** The position that a checkpoint recorded; one without is taken as a start from its step. */
export function positionOf({ position }: CheckpointMetadata): TrainPosition {
  const parsed = positionSchema.safeParse(position ?? {});
  return parsed.success ? parsed.data : startPosition();
}
