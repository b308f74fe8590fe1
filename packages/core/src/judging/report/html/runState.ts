import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

import type { MetricsRecord, RunFolder } from '../../../training/run/index.ts';
import { isProcessAlive } from '../../../training/run/processIdentity.ts';

/** How a run stands. */
export type RunState = 'training' | 'finished' | 'interrupted' | 'stopped';

/** Compiling counts towards `--minutes` and not towards the time of the training. */
const TIME_SLACK = 0.9;

/**
 * How a run stands as far as its files say: somebody writes it, or it has all the steps, epochs or
 * minutes that it was started for, or it has stopped before.
 */
export function runStateOf(
  run: RunFolder,
  { steps, epochs, minutes }: Readonly<Record<string, unknown>>,
  last: MetricsRecord | undefined,
): RunState {
  if (isWritten(run)) return 'training';
  const seconds = typeof minutes === 'number' ? minutes * 60 * TIME_SLACK : undefined;
  const isFinished =
    reached(steps, last?.step) || reached(epochs, last?.epoch) || reached(seconds, last?.seconds);
  return isFinished ? 'finished' : 'stopped';
}

const reached = (limit: unknown, value: number | undefined): boolean =>
  typeof limit === 'number' && value !== undefined && value >= limit;

const lockSchema = z.object({ pid: z.int(), host: z.string() });

/** Whether a process holds the run's lock; processes of other machines are believed. */
function isWritten(run: RunFolder): boolean {
  try {
    const { pid, host } = lockSchema.parse(JSON.parse(readFileSync(run.lock, 'utf8')));
    return host !== hostname() || isProcessAlive(pid);
  } catch {
    return false;
  }
}
