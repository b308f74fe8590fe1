import type * as FileSystem from 'node:fs/promises';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError, hostTensor } from '@gan-zoo/compiler';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';

/** What the disk answers to the next write of a file, and how many writes it lets through first. */
const disk = vi.hoisted(() => ({ code: '', writes: 0 }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>();
  const open: typeof FileSystem.open = async (...args) => {
    const handle = await real.open(...args);
    const write = handle.writeFile.bind(handle);
    handle.writeFile = async (...content) => {
      if (disk.code !== '' && (disk.writes -= 1) < 0) {
        throw Object.assign(new Error(`${disk.code}: write`), { code: disk.code });
      }
      await write(...content);
    };
    return handle;
  };
  return { ...real, open };
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'disk-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const metadata = { app: 'test', appVersion: '1.0.0', step: 1, epoch: 0, config: {} };

it.each([
  ['ENOSPC', 'the disk is full'],
  ['EROFS', 'the file system is read-only'],
  ['EACCES', 'permission is missing'],
])('keeps the old checkpoint when the disk answers %s', async (code, reason) => {
  const path = join(folder, 'last.safetensors');
  disk.code = '';
  await saveCheckpoint(path, { state: { w: hostTensor([2], [1, 2]) }, metadata });
  const old = await readFile(path);
  for (const writes of [0, 1, 2]) {
    Object.assign(disk, { code, writes });
    const state = { v: hostTensor([2], [3, 4]), w: hostTensor([2], [5, 6]) };
    const saving = saveCheckpoint(path, { state, metadata });
    await expect(saving).rejects.toThrow(UserError);
    await expect(saving).rejects.toThrow(`cannot write the checkpoint ${path}: ${reason}`);
    expect(await readFile(path)).toEqual(old);
    expect(await readdir(folder)).toEqual(['last.safetensors']);
  }
  expect((await loadCheckpoint(path)).state).toEqual({ w: hostTensor([2], [1, 2]) });
});
