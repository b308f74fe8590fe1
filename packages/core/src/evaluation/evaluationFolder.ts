import { basename, dirname, join } from 'node:path';

/**
 * Where an evaluation goes unless the user says: `evaluation/step-<step>` in the run folder, or
 * beside a checkpoint that lies alone.
 *
 * @param loaded absolute path of the checkpoint, and its step
 */
export function evaluationFolder({
  path,
  step,
}: {
  readonly path: string;
  readonly step: number;
}): string {
  const folder = dirname(path);
  const run = basename(folder) === 'checkpoints' ? dirname(folder) : folder;
  return join(run, 'evaluation', `step-${step}`);
}
