import { existsSync } from 'node:fs';
import { UsageError, UserError } from '@gan-zoo/core';
import { runProgram, sourceWords, type RunOptions } from './runProgram.ts';

/** How a training went, as far as data is concerned. */
export interface TrainingWait {
  /** Seconds that steps waited for their batches, the first one left out. */
  readonly waitedSeconds: number;
  /** Seconds of the whole process. */
  readonly totalSeconds: number;
}

/** What to train. */
export interface TrainingOptions {
  readonly app: string;
  readonly data: string;
  readonly out: string;
  readonly steps: number;
  readonly batchSize: number;
  readonly imageSize: number;
}

/**
 * Trains an app's `small` preset for some steps in a process of its own and reads how long the
 * steps waited for data.
 *
 * @throws UsageError when there is no such app
 */
export async function measureTraining(
  { app, data, out, steps, batchSize, imageSize }: TrainingOptions,
  run: RunOptions,
): Promise<TrainingWait> {
  const cli = new URL(`../../../apps/${app}/src/cli.ts`, import.meta.url);
  if (!existsSync(cli)) {
    throw new UsageError(`--app: expected the name of an app, received ${app}.`);
  }
  const flags = { data, out, steps, batchSize, imageSize, preset: 'small', epochs: 1000 };
  const words = Object.entries(flags).flatMap(([key, value]) => [
    `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    String(value),
  ]);
  const began = performance.now();
  const written = await runProgram([...sourceWords(cli), 'train', ...words], run);
  const totalSeconds = (performance.now() - began) / 1000;
  return { waitedSeconds: readWait(written), totalSeconds };
}

/**
 * Finds the trainer's `waited 0.02 s for data` in what it wrote.
 *
 * @throws UserError when it is not there
 */
export function readWait(written: string): number {
  const seconds = /waited ([\d.]+) s for data/.exec(written)?.[1];
  if (seconds !== undefined) return Number(seconds);
  throw new UserError(
    `data-bench: expected the training to say how long it waited for data, received:\n` +
      written.trim().split('\n').slice(-5).join('\n'),
  );
}
