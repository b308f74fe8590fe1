import { existsSync } from 'node:fs';
import { UserError } from '@gan-zoo/compiler';
import { setDamagedAside, type RunFolder } from '../run/index.ts';
import { loadCheckpoint, type Checkpoint } from '../../model/weights/index.ts';
import { assertOwnCheckpoint } from './loadRun.ts';

/** A checkpoint that can be gone on from. */
export interface GoodCheckpoint {
  readonly path: string;
  readonly checkpoint: Checkpoint;
}

/**
 * Loads the checkpoint that the user selected, or the newest one that is whole. Damaged ones on the
 * way are renamed to `….damaged`, so that nothing takes them for the latest.
 *
 * @param log is told of every damaged one
 * @param before looks only at checkpoints of earlier steps; default at all
 * @returns undefined when the run has no checkpoint yet
 * @throws UserError when the selected one or all are damaged, one cannot be read, or it is another
 *   app's
 */
export async function findGoodCheckpoint(
  run: RunFolder,
  definition: { readonly name: string },
  log: (line: string) => void,
  before = Infinity,
): Promise<GoodCheckpoint | undefined> {
  const selected = run.selectedCheckpoint?.path;
  const candidates = selected === undefined ? newestFirst(run, before) : [selected];
  const damaged: { readonly path: string; readonly message: string }[] = [];
  for (const path of candidates) {
    const checkpoint = await loadCheckpoint(path).catch((error: unknown) => {
      // A refusal of the system has a cause, and is no damage.
      if (!(error instanceof UserError) || error.cause !== undefined) throw error;
      if (selected !== undefined) throw error;
      damaged.push({ path, message: error.message });
      return undefined;
    });
    if (checkpoint === undefined) continue;
    assertOwnCheckpoint(path, checkpoint.metadata, definition);
    for (const { path: bad, message } of damaged) {
      log(`Damaged checkpoint: ${message} It is now ${await setDamagedAside(bad)}`);
    }
    return { path, checkpoint };
  }
  if (damaged.length === 0) return undefined;
  throw new UserError(
    `${run.path}: expected a checkpoint to resume from, found only damaged ones:\n` +
      damaged.map(({ message }) => `  ${message}\n`).join('') +
      'Restore one from a copy, or start a new run with train.',
  );
}

/** The best one may be left when all others are gone. */
function newestFirst(run: RunFolder, before: number): string[] {
  const earlier = run.listCheckpoints().filter(({ step }) => step < before);
  const hasBest = before === Infinity && existsSync(run.bestCheckpoint);
  return [...earlier.reverse().map(({ path }) => path), ...(hasBest ? [run.bestCheckpoint] : [])];
}
