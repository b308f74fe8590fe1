import { basename, dirname, join } from 'node:path';

/**
 * Where what is made of a checkpoint goes: its run folder, or beside one that lies alone.
 *
 * @param checkpoint absolute path
 */
export function outputFolder(checkpoint: string): string {
  const folder = dirname(checkpoint);
  return basename(folder) === 'checkpoints' ? dirname(folder) : folder;
}

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
  return join(outputFolder(path), 'evaluation', `step-${step}`);
}
