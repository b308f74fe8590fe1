import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { UserError } from '@gan-zoo/compiler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isProcessAlive, processStart } from './processIdentity.ts';
import { lockRun } from './runLock.ts';
import { runFolderAt, type RunFolder } from './runFolder.ts';

let run: RunFolder;
let news: string[];
const log = (line: string) => void news.push(line);
beforeEach(() => {
  run = runFolderAt(mkdtempSync(join(tmpdir(), 'lock-')));
  news = [];
});
afterEach(() => rmSync(run.path, { recursive: true }));

const since = '2030-01-31T12:00:00.000Z';
const writeLock = (holder: object) =>
  writeFileSync(run.lock, JSON.stringify({ host: hostname(), since, nonce: 'other', ...holder }));

/** A process that lives until it is killed. */
async function otherProcess(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  await once(child, 'spawn');
  return child as ChildProcess & { readonly pid: number };
}

describe('lockRun', () => {
  it('names its process as long as it lasts', () => {
    const listeners = process.listenerCount('exit');
    const lock = lockRun(run, log);
    expect(JSON.parse(readFileSync(run.lock, 'utf8'))).toMatchObject({
      pid: process.pid,
      host: hostname(),
    });
    expect(process.listenerCount('exit')).toBe(listeners + 1);
    lock.release();
    lock.release();
    expect(readdirSync(run.path)).toEqual([]);
    expect(process.listenerCount('exit')).toBe(listeners);
    expect(news).toEqual([]);
  });

  it('refuses a run that a living process writes, also this one', async () => {
    const child = await otherProcess();
    try {
      writeLock({ pid: child.pid, started: processStart(child.pid) });
      expect(() => lockRun(run, log)).toThrow(UserError);
      expect(() => lockRun(run, log)).toThrow(
        `${run.path}: expected a run that no other process writes, found it in use by ` +
          `process ${child.pid} on ${hostname()} since ${since}. Wait until it ends, or stop it.`,
      );
      expect(JSON.parse(readFileSync(run.lock, 'utf8'))).toMatchObject({ pid: child.pid });
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'close');
    const own = lockRun(run, log);
    expect(() => lockRun(run, log)).toThrow(`in use by process ${process.pid} `);
    own.release();
  });

  it('takes over from a process that has ended', async () => {
    const child = await otherProcess();
    child.kill('SIGKILL');
    await once(child, 'close');
    writeLock({ pid: child.pid });
    lockRun(run, log).release();
    expect(news).toEqual([
      `Took over the run: process ${child.pid}, which wrote it since ${since}, has ended without a farewell`,
    ]);
  });

  it.skipIf(process.platform === 'win32')(
    'takes over when the number belongs to a later process',
    () => {
      writeLock({ pid: process.ppid, started: 'an earlier boot/1' });
      lockRun(run, log).release();
      expect(news[0]).toContain(`process ${process.ppid}, which wrote it since`);
    },
  );

  it('takes over from a lock that cannot be read', () => {
    for (const text of ['', '{"pid":', '{"pid":"x"}']) {
      writeFileSync(run.lock, text);
      lockRun(run, log).release();
    }
    expect(news).toEqual(Array(3).fill('Took over the run: its file lock was not readable'));
  });

  it('cannot ask processes of another machine', () => {
    writeLock({ pid: 1, host: 'elsewhere' });
    expect(() => lockRun(run, log)).toThrow(
      `in use by process 1 on elsewhere since ${since}. Processes there cannot be asked from ` +
        `here: if it has ended, remove ${run.lock}.`,
    );
  });

  it('leaves a lock alone that is no longer its own', () => {
    const lock = lockRun(run, log);
    rmSync(run.lock);
    writeLock({ pid: process.pid });
    lock.release();
    expect(existsSync(run.lock)).toBe(true);
  });

  it('says when the folder cannot be written', () => {
    const nowhere = runFolderAt(join(run.path, 'none'));
    expect(() => lockRun(nowhere, log)).toThrow(
      `cannot write the lock ${nowhere.lock}: its folder does not exist.`,
    );
  });
});

describe('processes', () => {
  it('are alive or not, and known by their start', async () => {
    const child = await otherProcess();
    expect(isProcessAlive(child.pid)).toBe(true);
    const started = processStart(child.pid);
    expect(started).toBe(processStart(child.pid));
    if (process.platform === 'linux') expect(started).not.toBe(processStart(process.pid));
    child.kill('SIGKILL');
    await once(child, 'close');
    expect([isProcessAlive(child.pid), processStart(child.pid)]).toEqual([false, undefined]);
  });
});
