import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { temporaryName } from '../../base/files/atomicFile.ts';
import { explainFileError } from '../../base/files/fileErrors.ts';
import { namesIn, type RunFolder, type StepFile } from './runFolder.ts';

/** Which checkpoints stay. */
export interface Retention {
  /** How many of the newest. */
  readonly keepLast: number;
  /** Whether the checkpoint of a step stays whatever comes later. */
  readonly keepsForever: (step: number) => boolean;
}

/** The checkpoints that a retention lets go of. */
export function expiredCheckpoints(
  checkpoints: readonly StepFile[],
  { keepLast, keepsForever }: Retention,
): StepFile[] {
  const byStep = [...checkpoints].sort((a, b) => a.step - b.step);
  return byStep.slice(0, -keepLast).filter(({ step }) => !keepsForever(step));
}

/**
 * Removes a run's expired checkpoints; call it when the newest is on the disk. One that cannot be
 * removed stays until the next time.
 */
export async function removeExpired(run: RunFolder, retention: Retention): Promise<void> {
  for (const { path } of expiredCheckpoints(run.listCheckpoints(), retention)) {
    await rm(path, { force: true }).catch(() => undefined);
  }
}

/**
 * Makes a checkpoint the run's best: `best.safetensors` becomes another name of the same file, or a
 * copy where the file system has no links, so that it stays when the checkpoint itself expires.
 *
 * @throws UserError when the system refuses
 */
export async function markBest(run: RunFolder, step: number): Promise<void> {
  const temporary = temporaryName(run.bestCheckpoint);
  const checkpoint = run.checkpoint(step);
  try {
    await link(checkpoint, temporary).catch(() => copyFile(checkpoint, temporary));
    await rename(temporary, run.bestCheckpoint);
  } catch (error) {
    throw explainFileError(error, 'write the best checkpoint', run.bestCheckpoint);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Moves checkpoints after a step to `checkpoints/replaced/`: they belong to a future that a training
 * which goes on from that step writes anew.
 *
 * @returns the moved steps
 */
export async function setLaterAside(run: RunFolder, step: number): Promise<number[]> {
  const later = run.listCheckpoints().filter((checkpoint) => checkpoint.step > step);
  if (later.length === 0) return [];
  const folder = join(run.checkpoints, 'replaced');
  await mkdir(folder, { recursive: true });
  for (const { path } of later) await rename(path, join(folder, basename(path)));
  return later.map((checkpoint) => checkpoint.step);
}

/** Renames a damaged checkpoint, so that nobody takes it for the latest; returns its new path. */
export async function setDamagedAside(path: string): Promise<string> {
  await rename(path, `${path}.damaged`);
  return `${path}.damaged`;
}

/** Removes what a killed process left half written; only for the holder of the run's lock. */
export async function removeUnfinished(run: RunFolder): Promise<void> {
  for (const folder of [run.path, run.checkpoints, run.samples]) {
    const unfinished = namesIn(folder).filter((name) => /^\..+\.tmp$/.test(name));
    for (const name of unfinished) await rm(join(folder, name), { force: true });
  }
}
