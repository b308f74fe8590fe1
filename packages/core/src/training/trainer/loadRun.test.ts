import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostTensor } from '@gan-zoo/compiler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runFolderAt, writeRunConfig } from '../run/index.ts';
import { saveCheckpoint, writeSafetensors } from '../../model/weights/index.ts';
import { loadRunCheckpoint } from './loadRun.ts';

const definition = {
  name: 'toy',
  schema: z.object({ width: z.int().min(1), depth: z.int().default(2) }),
};

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'gan-zoo-load-'))));
afterEach(() => rm(root, { recursive: true }));

const load = (name: string) =>
  loadRunCheckpoint(name, { app: 'toy', workingFolder: root }, definition);

const save = (path: string, step: number, app = 'toy', config: unknown = { width: 3 }) =>
  saveCheckpoint(path, {
    state: { w: hostTensor([1], [step]) },
    metadata: { app, appVersion: '0.1.0', step, epoch: 0, config },
  });

/** A run with checkpoints of these steps. */
async function makeRun(name: string, ...steps: number[]) {
  const run = runFolderAt(join(root, name));
  await mkdir(run.checkpoints, { recursive: true });
  await writeRunConfig(run, { app: 'toy', version: '0.1.0', config: { width: 3 } });
  for (const step of steps) await save(run.checkpoint(step), step);
  return run;
}

describe('loadRunCheckpoint', () => {
  it('takes the latest checkpoint of a run, of its folder of checkpoints, or of "latest"', async () => {
    const run = await makeRun('runs/toy/a', 5, 20, 10);
    for (const name of ['runs/toy/a', run.path, run.checkpoints, 'latest']) {
      const loaded = await load(name);
      expect(loaded).toMatchObject({ step: 20, path: run.checkpoint(20) });
      expect(loaded.config).toEqual({ width: 3, depth: 2 });
      expect(loaded.state).toEqual({ w: hostTensor([1], [20]) });
    }
  });

  it('takes one checkpoint, in its run or alone under any name', async () => {
    const run = await makeRun('run', 5, 20);
    expect((await load(run.checkpoint(5))).step).toBe(5);
    await cp(run.checkpoint(5), join(root, 'mine.safetensors'));
    await rm(run.path, { recursive: true });
    expect(await load('mine.safetensors')).toMatchObject({
      step: 5,
      path: join(root, 'mine.safetensors'),
    });
  });

  it('needs none of the run’s other files', async () => {
    const run = await makeRun('run', 7);
    await rm(run.config);
    expect((await load('run')).step).toBe(7);
  });

  it('says when there is no checkpoint', async () => {
    const run = await makeRun('runs/toy/a');
    for (const name of ['runs/toy/a', 'latest']) {
      await expect(load(name)).rejects.toThrow(
        `${run.path}: expected a run with a checkpoint, found none yet. ` +
          'Wait for its first one, choose another run, or start a new one with train.',
      );
    }
    await expect(load('runs/toy/b')).rejects.toThrow(
      `expected a run folder or one of its checkpoints, found nothing at ${join(root, 'runs/toy/b')}. ` +
        `Runs in ${join(root, 'runs/toy')}: a.`,
    );
    await expect(load('runs')).rejects.toThrow('expected a run folder (with config.json)');
  });

  it('refuses another app’s checkpoint and files that are none', async () => {
    const path = join(root, 'other.safetensors');
    await save(path, 1, 'cyclegan');
    await expect(load(path)).rejects.toThrow(
      `${path}: expected a checkpoint of toy, received one of cyclegan. ` +
        'Use it with cyclegan, or name another one.',
    );
    await writeSafetensors(path, { w: hostTensor([1]) });
    await expect(load(path)).rejects.toThrow('expected a checkpoint, received a safetensors file');
    await writeFile(path, 'no tensors at all');
    await expect(load(path)).rejects.toThrow(path);
  });

  it('names what of the configuration does not fit', async () => {
    const path = join(root, 'old.safetensors');
    await save(path, 1, 'toy', { width: 0, depth: 'deep' });
    await expect(load(path)).rejects.toThrow(
      `${path}: expected a configuration of this version of toy, received one of version 0.1.0 ` +
        'that does not fit: width (Too small: expected number to be >=1); ' +
        'depth (Invalid input: expected number, received string). ' +
        'Use the version that wrote it, or train again.',
    );
  });
});
