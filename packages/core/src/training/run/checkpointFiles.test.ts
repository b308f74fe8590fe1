import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type * as FileSystem from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  expiredCheckpoints,
  markBest,
  removeExpired,
  removeUnfinished,
  setLaterAside,
} from './checkpointFiles.ts';
import { runFolderAt, type RunFolder } from './runFolder.ts';

/** What the file system refuses. */
const refuses = vi.hoisted(() => ({ link: false, rm: false }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  const refusal = () => Promise.reject(Object.assign(new Error('EPERM: no'), { code: 'EPERM' }));
  const link: typeof FileSystem.link = (...args) => (refuses.link ? refusal() : real.link(...args));
  const rm: typeof FileSystem.rm = (path, options) =>
    refuses.rm && !String(path).endsWith('.tmp') ? refusal() : real.rm(path, options);
  return { ...real, link, rm };
});

let run: RunFolder;
beforeEach(() => {
  run = runFolderAt(mkdtempSync(join(tmpdir(), 'retention-')));
  mkdirSync(run.checkpoints);
  Object.assign(refuses, { link: false, rm: false });
});
afterEach(() => rmSync(run.path, { recursive: true }));

const add = (...steps: number[]) =>
  steps.forEach((step) => writeFileSync(run.checkpoint(step), `state ${step}`));
const steps = () => run.listCheckpoints().map(({ step }) => step);

describe('retention', () => {
  it('keeps the last, whatever order they come in, and those for ever', () => {
    const files = [40, 10, 30, 20].map((step) => ({ step, path: String(step) }));
    const expired = (keepLast: number, forever: number[] = []) =>
      expiredCheckpoints(files, { keepLast, keepsForever: (step) => forever.includes(step) }).map(
        ({ step }) => step,
      );
    expect(expired(1)).toEqual([10, 20, 30]);
    expect(expired(3)).toEqual([10]);
    expect(expired(9)).toEqual([]);
    expect(expired(1, [10, 30])).toEqual([20]);
  });

  it('removes nothing but expired checkpoints', async () => {
    add(1, 2, 3);
    writeFileSync(join(run.checkpoints, 'mine.txt'), '');
    await removeExpired(run, { keepLast: 2, keepsForever: () => false });
    expect(readdirSync(run.checkpoints).sort()).toEqual([
      'mine.txt',
      'step-0000002.safetensors',
      'step-0000003.safetensors',
    ]);
  });

  it('tries again later what cannot be removed', async () => {
    add(1, 2);
    refuses.rm = true;
    await removeExpired(run, { keepLast: 1, keepsForever: () => false });
    expect(steps()).toEqual([1, 2]);
    refuses.rm = false;
    await removeExpired(run, { keepLast: 1, keepsForever: () => false });
    expect(steps()).toEqual([2]);
  });
});

describe('markBest', () => {
  it.each([false, true])('outlives the checkpoint itself (without links: %s)', async (copies) => {
    refuses.link = copies;
    add(1, 2);
    await markBest(run, 1);
    await markBest(run, 2);
    rmSync(run.checkpoint(2));
    expect(readFileSync(run.bestCheckpoint, 'utf8')).toBe('state 2');
    expect(readdirSync(run.checkpoints)).toEqual(['best.safetensors', 'step-0000001.safetensors']);
  });
});

describe('a run that goes on', () => {
  it('sets later checkpoints aside, again and again', async () => {
    for (let round = 0; round < 2; round++) {
      add(1, 2, 3);
      expect(await setLaterAside(run, 1)).toEqual([2, 3]);
      expect(steps()).toEqual([1]);
    }
    expect(await setLaterAside(run, 1)).toEqual([]);
  });

  it('removes unfinished files alone', async () => {
    add(1);
    writeFileSync(join(run.checkpoints, '.step-0000002.safetensors.1-a.tmp'), '');
    writeFileSync(join(run.path, '.config.json.1-a.tmp'), '');
    writeFileSync(join(run.path, 'notes.tmp'), '');
    await removeUnfinished(run);
    expect(readdirSync(run.path).sort()).toEqual(['checkpoints', 'notes.tmp']);
    expect(readdirSync(run.checkpoints)).toEqual(['step-0000001.safetensors']);
  });
});
