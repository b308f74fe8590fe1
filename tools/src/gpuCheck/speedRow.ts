import { formatBytes, type BenchHello } from '@gan-zoo/core';
import { startMeasured, type MeasuredProcess, type ProgramCall } from '../bench/measuredProcess.ts';
import { median } from '../bench/statistics.ts';
import { findGpus, processGpuBytes } from './nvidiaSmi.ts';
import type { RowResult } from './row.ts';
import type { RowLimit } from './runChild.ts';

/** Columns of the table of speeds after app and backend. */
export const speedColumns = ['ms per step', 'steps', 'process memory', 'GPU memory'] as const;

/** What is measured. */
export interface SpeedOptions {
  readonly call: ProgramCall;
  readonly kind: string;
  /** As many as there is time for, at most these. */
  readonly steps: number;
  readonly hasGpu: boolean;
  /** Told who answers. */
  readonly onHello?: (hello: BenchHello) => void;
}

/** Measurements of one row; what is slow once in a while does not move their median. */
const measurements = 10;

/** How much of the time that is left is planned for steps. */
const usedPart = 0.7;

/**
 * Times steps of a program that waits to be timed. Prepares, times two steps, and from that plans how
 * many fit into the time that is left.
 */
export async function measureSpeed(
  { call, kind, steps, hasGpu, onHello }: SpeedOptions,
  { seconds, signal }: RowLimit,
): Promise<RowResult> {
  const end = performance.now() + 1000 * seconds;
  const usedBefore = (hasGpu ? (await findGpus())[0]?.usedBytes : undefined) ?? 0;
  const side = await startMeasured(call, signal);
  try {
    onHello?.(side.hello);
    const variant = await side.prepare(kind);
    const first = await side.run(2);
    const fitting = Math.floor((usedPart * (end - performance.now())) / first);
    const { milliseconds, count } = await timeSteps(
      side,
      Math.max(1, Math.min(steps, fitting)),
      end,
    );
    const gpuBytes = hasGpu ? await processGpuBytes(side.pid, usedBefore) : undefined;
    return {
      cells: [
        milliseconds.toFixed(2),
        String(count),
        formatBytes(await side.peakBytes()),
        gpuBytes === undefined ? '–' : formatBytes(gpuBytes),
      ],
      note: `${side.hello.engine}${call.command === process.execPath ? '' : `; ${variant}`}`,
    };
  } finally {
    await side.close();
  }
}

/** The median of several measurements of as many steps each; fewer when they take longer than planned. */
async function timeSteps(
  side: MeasuredProcess,
  steps: number,
  end: number,
): Promise<{ milliseconds: number; count: number }> {
  const each = Math.ceil(steps / measurements);
  const times: number[] = [];
  for (let count = 0; count < steps; count += each) {
    if (count > 0 && performance.now() > end) break;
    times.push(await side.run(each));
  }
  return { milliseconds: median(times), count: times.length * each };
}
