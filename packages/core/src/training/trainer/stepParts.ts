import type { HostTensor, StepRunner, Tree } from '@gan-zoo/compiler';
import { createMetricsMeter } from './metricsMeter.ts';

/** The parts of a step's batch, each one call of the train step; most batches are one part. */
export const stepParts = (batch: Tree<HostTensor>): readonly Tree<HostTensor>[] =>
  Array.isArray(batch) ? (batch as readonly Tree<HostTensor>[]) : [batch];

/** Updates the state by one step: runs its parts in order and averages their metrics. */
export async function runParts(
  runner: StepRunner,
  parts: readonly Tree<HostTensor>[],
): Promise<Readonly<Record<string, number>>> {
  if (parts.length === 1) return (await runner.step(parts[0]!)).metrics;
  const meter = createMetricsMeter();
  for (const part of parts) meter.add((await runner.step(part)).metrics);
  return meter.take();
}
