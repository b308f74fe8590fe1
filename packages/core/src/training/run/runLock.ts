import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';

import { UserError } from '@gan-zoo/compiler';
import { z } from 'zod';

import { temporaryName } from '../../base/files/atomicFile.ts';
import { explainFileError } from '../../base/files/fileErrors.ts';
import { isProcessAlive, processStart } from './processIdentity.ts';
import type { RunFolder } from './runFolder.ts';

const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  /** When that process started, see {@link processStart}. */
  started: z.string().optional(),
  /** When it took the lock. */
  since: z.string(),
  /** Tells two locks of one process apart. */
  nonce: z.string(),
});

type Holder = z.output<typeof holderSchema>;

/** The right to write a run. */
export interface RunLock {
  /** Gives it back; further calls do nothing. Happens by itself when the process exits. */
  release(): void;
}

/**
 * Takes the right to write a run by making its file `lock`, so that two processes never write the
 * same files. A lock whose process has ended, or whose number belongs to another process by now, is
 * taken over.
 *
 * @param log is told of a takeover
 * @throws UserError when another process holds the lock, or the folder cannot be written
 */
export function lockRun(run: RunFolder, log: (line: string) => void): RunLock {
  const own = ownHolder();
  for (let attempt = 1; !tryCreate(run.lock, own); attempt++) {
    const found = readHolder(run.lock);
    if (found === 'gone' && attempt < 5) continue;
    if (found === 'gone' || isHeld(found)) throw inUse(run, found);
    takeAway(run, found);
    log(
      found === 'torn'
        ? `Took over the run: its file lock was not readable`
        : `Took over the run: process ${found.pid}, which wrote it since ${found.since}, has ended without a farewell`,
    );
  }
  let held = true;
  const release = (): void => {
    if (!held) return;
    held = false;
    process.off('exit', release);
    const found = readHolder(run.lock);
    if (typeof found === 'object' && found.nonce === own.nonce) rmSync(run.lock, { force: true });
  };
  process.on('exit', release);
  return { release };
}

function ownHolder(): Holder {
  const started = processStart(process.pid);
  return {
    pid: process.pid,
    host: hostname(),
    ...(started === undefined ? {} : { started }),
    since: new Date().toISOString(),
    nonce: randomBytes(8).toString('hex'),
  };
}

/** Makes the file with its content in one step; false when there is one. */
function tryCreate(path: string, holder: Holder): boolean {
  const temporary = temporaryName(path);
  try {
    writeFileSync(temporary, `${JSON.stringify(holder)}\n`, { flag: 'wx' });
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS')
      return createPlain(path, holder);
    throw explainFileError(error, 'write the lock', path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** For file systems without links. */
function createPlain(path: string, holder: Holder): boolean {
  try {
    writeFileSync(path, `${JSON.stringify(holder)}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw explainFileError(error, 'write the lock', path);
  }
}

function readHolder(path: string): Holder | 'gone' | 'torn' {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'torn';
  }
}

function isHeld(holder: Holder | 'torn'): boolean {
  if (holder === 'torn') return false;
  // Processes of another machine cannot be asked.
  if (holder.host !== hostname()) return true;
  if (!isProcessAlive(holder.pid)) return false;
  const started = processStart(holder.pid);
  return holder.started === undefined || started === undefined || holder.started === started;
}

/** Removes a stale lock, unless another process has just taken it over. */
function takeAway(run: RunFolder, stale: Holder | 'torn'): void {
  const aside = temporaryName(run.lock);
  try {
    renameSync(run.lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw explainFileError(error, 'take over the lock', run.lock);
  }
  const taken = readHolder(aside);
  const isSame =
    taken === stale ||
    (typeof taken === 'object' && typeof stale === 'object' && taken.nonce === stale.nonce);
  try {
    if (!isSame) linkSync(aside, run.lock);
  } finally {
    rmSync(aside, { force: true });
  }
}

function inUse(run: RunFolder, holder: Holder | 'torn' | 'gone'): UserError {
  const who =
    typeof holder !== 'object'
      ? 'another process'
      : `process ${holder.pid} on ${holder.host} since ${holder.since}`;
  const isHere = typeof holder !== 'object' || holder.host === hostname();
  const advice = isHere
    ? 'Wait until it ends, or stop it'
    : `Processes there cannot be asked from here: if it has ended, remove ${run.lock}`;
  return new UserError(
    `${run.path}: expected a run that no other process writes, found it in use by ${who}. ${advice}.`,
  );
}
