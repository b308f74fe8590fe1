import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';

import { UserError } from '@gan-zoo/compiler';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createRunFolder, findLatestRun, openRunFolder } from './openRun.ts';
import { inheritResumedRun, openNamedRun } from './resumedConfig.ts';
import { writeRunConfig } from './runConfig.ts';
import { checkpointStep, runFolderAt } from './runFolder.ts';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'runs-'))));
afterEach(() => rmSync(root, { recursive: true }));

/** Local time, as the folder's name has it. */
const now = new Date(2030, 0, 31, 23, 5, 9);

async function finishedRun(name: string, createdAt: Date) {
  const run = await createRunFolder({ app: 'tiny', root, out: join(root, 'runs', 'tiny', name) });
  const config = { data: 'x', epochs: 3 };
  await writeRunConfig(run, { app: 'tiny', version: '1', preset: 'small', config, now: createdAt });
  return run;
}

describe('createRunFolder', () => {
  it('makes a folder named after app, time and preset', async () => {
    const run = await createRunFolder({ app: 'tiny', preset: 'small', root, now });
    expect(relative(root, run.path)).toBe(join('runs', 'tiny', '2030-01-31T230509-small'));
    for (const folder of [run.samples, run.checkpoints]) {
      expect(statSync(folder).isDirectory()).toBe(true);
    }
    expect([basename(run.samples), basename(run.checkpoints)]).toEqual(['samples', 'checkpoints']);
  });

  it('gives two runs of the same second different folders', async () => {
    const options = { app: 'tiny', root, now };
    const names = [await createRunFolder(options), await createRunFolder(options)].map(({ path }) =>
      basename(path),
    );
    expect(names).toEqual(['2030-01-31T230509-custom', '2030-01-31T230509-custom-2']);
  });

  it('uses --out, which may exist and hold other files', async () => {
    const out = join(root, 'my', 'run');
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'notes.txt'), '');
    expect((await createRunFolder({ app: 'tiny', root, out })).path).toBe(out);
  });

  it.each(['config.json', 'metrics.jsonl', 'checkpoints/step-0000100.safetensors'])(
    'refuses a folder with %s',
    async (name) => {
      const out = join(root, 'run');
      mkdirSync(join(out, 'checkpoints'), { recursive: true });
      writeFileSync(join(out, name), '');
      const error: unknown = await createRunFolder({ app: 'tiny', root, out }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(UserError);
      expect((error as Error).message).toBe(
        `--out: ${out} already holds a run. ` +
          `Continue it with --resume ${out}, or start a new one with another --out.`,
      );
    },
  );

  it('says when a file is in the way', async () => {
    const out = join(root, 'file');
    writeFileSync(out, '');
    await expect(createRunFolder({ app: 'tiny', root, out })).rejects.toThrow(
      /^cannot create the folder .*file: something is in its place\. .* \(EEXIST\)\.$/,
    );
    await expect(createRunFolder({ app: 'tiny', root, out: join(out, 'run') })).rejects.toThrow(
      /^cannot create the folder .*: a part of the path is a file, not a folder\. .*\.$/,
    );
  });
});

describe('run folder', () => {
  it('names its files', () => {
    const run = runFolderAt('/runs/a');
    const names = [
      run.config,
      run.metrics,
      run.sample(100),
      run.sample(12_345_678, 'a-to-b'),
      run.checkpoint(0),
      run.file('losses.png'),
    ];
    expect(names.map((path) => relative('/runs/a', path).replaceAll('\\', '/'))).toEqual([
      'config.json',
      'metrics.jsonl',
      'samples/step-0000100.png',
      'samples/step-12345678-a-to-b.png',
      'checkpoints/step-0000000.safetensors',
      'losses.png',
    ]);
  });

  it('lists samples and checkpoints by step, and nothing else', async () => {
    const run = await createRunFolder({ app: 'tiny', root });
    expect(run.listCheckpoints()).toEqual([]);
    expect(run.latestCheckpoint()).toBeUndefined();
    for (const step of [10_000_000, 200, 9_999_999]) writeFileSync(run.checkpoint(step), '');
    for (const name of ['.step-0000300.safetensors.1-a.tmp', 'best.safetensors', 'step-1.txt']) {
      writeFileSync(join(run.checkpoints, name), '');
    }
    expect(run.listCheckpoints().map(({ step }) => step)).toEqual([200, 9_999_999, 10_000_000]);
    expect(run.latestCheckpoint()).toEqual({ step: 10_000_000, path: run.checkpoint(10_000_000) });

    for (const step of [20, 10]) writeFileSync(run.sample(step), '');
    writeFileSync(run.sample(30, 'a-to-b'), '');
    expect(run.listSamples()).toEqual([
      { step: 10, path: run.sample(10) },
      { step: 20, path: run.sample(20) },
    ]);
    expect(run.listSamples('a-to-b')).toEqual([{ step: 30, path: run.sample(30, 'a-to-b') }]);
  });

  it('is empty when it does not exist', () => {
    expect(runFolderAt(join(root, 'none')).listCheckpoints()).toEqual([]);
  });

  it('reads steps from names', () => {
    expect(checkpointStep('/a/checkpoints/step-0000100.safetensors')).toBe(100);
    expect(checkpointStep('generator.safetensors')).toBeUndefined();
  });
});

describe('openRunFolder', () => {
  it('takes the folder, its checkpoints folder, or a checkpoint', async () => {
    const { path, checkpoints, checkpoint } = await finishedRun('a', now);
    writeFileSync(checkpoint(100), '');
    for (const name of [path, `${path}/`, checkpoints]) {
      const run = await openRunFolder(name);
      expect([run.path, run.selectedCheckpoint]).toEqual([path, undefined]);
    }
    const run = await openRunFolder(checkpoint(100));
    expect(run.path).toBe(path);
    expect(run.selectedCheckpoint).toEqual({ step: 100, path: checkpoint(100) });
  });

  it('names the runs beside a path where nothing is', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await finishedRun(name, now);
    mkdirSync(join(root, 'runs', 'tiny', 'e'));
    const folder = join(root, 'runs', 'tiny');
    await expect(openRunFolder(join(folder, 'x'))).rejects.toThrow(
      `expected a run folder or one of its checkpoints, found nothing at ${join(folder, 'x')}. ` +
        `Runs in ${folder}: b, c, d.`,
    );
    await expect(openRunFolder(folder)).rejects.toThrow(
      'expected a run folder (with config.json) or one of its checkpoints ' +
        `(checkpoints/step-….safetensors), received ${folder}. Runs in ${folder}: b, c, d.`,
    );
  });

  it('refuses other files', async () => {
    const run = await finishedRun('a', now);
    for (const path of [run.config, join(run.checkpoints, 'best.txt')]) {
      writeFileSync(path, '');
      const error: unknown = await openRunFolder(path).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UserError);
      expect((error as Error).message).toContain(`received ${path}.`);
    }
  });
});

describe('findLatestRun', () => {
  it('goes by the time of the start, not by names', async () => {
    await finishedRun('z-first', new Date(2030, 0, 1));
    await finishedRun('a-last', new Date(2030, 0, 3));
    await finishedRun('m-second', new Date(2030, 0, 2));
    mkdirSync(join(root, 'runs', 'tiny', 'zz-empty'));
    expect(basename((await findLatestRun(root, 'tiny'))?.path ?? '')).toBe('a-last');
  });

  it('finds nothing where no run is', async () => {
    expect(await findLatestRun(root, 'tiny')).toBeUndefined();
  });
});

describe('openNamedRun and inheritResumedRun', () => {
  const place = () => ({ app: 'tiny', workingFolder: root });

  it('find a run by path or as the latest', async () => {
    const { path } = await finishedRun('a', now);
    expect((await openNamedRun('runs/tiny/a', place())).path).toBe(path);
    expect((await openNamedRun('latest', place())).path).toBe(path);
    expect(await inheritResumedRun({ resume: 'latest' }, place())).toEqual({
      values: { data: 'x', epochs: 3 },
      preset: 'small',
      place: path,
    });
    expect(await inheritResumedRun({}, place())).toBeUndefined();
  });

  it('say what to do when there is none', async () => {
    await expect(openNamedRun('latest', place())).rejects.toThrow(
      `expected a run of tiny in ${join(root, 'runs', 'tiny')}, found none. ` +
        'Start one with the command train, or name its folder.',
    );
  });
});
