import { openMetricsWriter, readMetrics, type MetricsRecord } from '../run/index.ts';
import { createMetricsMeter } from './metricsMeter.ts';
import type { TrainPosition } from './trainPosition.ts';

/** What goes into one line. */
export interface MetricsLine {
  readonly step: number;
  readonly epoch: number;
  /** Write the means of all steps since the last time. */
  readonly means: boolean;
  /** Values of this step alone, such as `{ kid: 0.08 }`. */
  readonly measured: Readonly<Record<string, number>>;
}

/** The part of a position that the log knows. */
export type MetricsPosition = Pick<
  TrainPosition,
  'metricsRecords' | 'pendingMetrics' | 'loggedMetrics'
>;

/** Gathers the metrics of steps and writes their means to `metrics.jsonl`. */
export interface MetricsLog {
  /** Adds the metrics of a step. */
  add(metrics: Readonly<Record<string, number>>): void;
  /** Writes a line, which others can read at once; undefined when there is nothing to write. */
  write(line: MetricsLine): MetricsRecord | undefined;
  /** How far the file and the means are, for a checkpoint. */
  position(): MetricsPosition;
  /** Waits until all lines are on the disk. */
  sync(): void;
  close(): void;
}

/** Options of {@link openMetricsLog}. */
export interface MetricsLogOptions {
  /** `metrics.jsonl`, cut off where the training goes on. */
  readonly path: string;
  /** Where the training goes on. */
  readonly position: MetricsPosition;
  readonly startStep: number;
  /** Pictures of a step, for the rate. */
  readonly batchSize: number;
}

/** Opens the log of a training that starts or goes on. */
export async function openMetricsLog({
  path,
  position,
  startStep,
  batchSize,
}: MetricsLogOptions): Promise<MetricsLog> {
  const { records } = await readMetrics(path);
  const secondsBefore = records.at(-1)?.seconds ?? 0;
  const file = openMetricsWriter(path);
  const meter = createMetricsMeter(position.pendingMetrics);
  const started = performance.now();
  let logged = { step: startStep, time: started };
  let metricsRecords = records.length;
  let loggedMetrics = position.loggedMetrics;
  const takeMeans = (step: number): Record<string, number> => {
    const now = performance.now();
    const imagesPerSecond = ((step - logged.step) * batchSize * 1000) / (now - logged.time);
    const means = meter.take();
    if (Object.keys(means).length === 0) return {};
    loggedMetrics = { ...loggedMetrics, ...means };
    logged = { step, time: now };
    return { imagesPerSecond, ...means };
  };
  return {
    add: (metrics) => meter.add(metrics),
    write: ({ step, epoch, means, measured }) => {
      const values = { ...(means ? takeMeans(step) : {}), ...measured };
      if (Object.keys(values).length === 0) return undefined;
      const seconds = secondsBefore + (performance.now() - started) / 1000;
      const record: MetricsRecord = { step, epoch, seconds, ...values };
      file.append(record);
      file.flush();
      metricsRecords += 1;
      return record;
    },
    position: () => ({ metricsRecords, pendingMetrics: meter.pending(), loggedMetrics }),
    sync: () => file.sync(),
    close: () => file.close(),
  };
}
