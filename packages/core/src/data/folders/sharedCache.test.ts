import { execFile } from 'node:child_process';
import { readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageBatches } from '../batches/imageBatches.ts';
import { openImageFolder } from './openImageFolder.ts';
import { pattern, testFolder, type TestFolder } from './testFolder.ts';

let images: TestFolder;
let cache: TestFolder;
beforeEach(async () => {
  [images, cache] = await Promise.all([testFolder(), testFolder()]);
  for (let name = 0; name < 40; name++) await images.add(`${name}.png`, await pattern(name));
});
afterEach(() => Promise.all([images.remove(), cache.remove()]));

const open = () => openImageFolder({ folder: images.path, imageSize: 16, cacheFolder: cache.path });

const caches = async () =>
  (await readdir(cache.path)).filter((name) => name.endsWith('.images')).length;

describe('a folder that two processes read at once', () => {
  const program = fileURLToPath(new URL('fixtures/readFolder.ts', import.meta.url));
  const start = async () => {
    const words = ['--conditions=@gan-zoo/source', '--import', 'tsx', program];
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...words,
      ...[images.path, cache.path, '20'],
    ]);
    return JSON.parse(stdout) as { count: number; hash: string };
  };

  it('is decoded by both or one, and gives both the same batches', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    expect(first.count).toBe(40);
    expect(second).toEqual(first);
    // One finished cache and nothing unfinished is left.
    expect(await readdir(cache.path)).toHaveLength(1);
    const dataset = await open();
    expect(dataset.fromCache).toBe(true);
    await dataset.close();
  });
});

describe('files that change while a run reads', () => {
  const batches = async () => {
    const dataset = await open();
    return { dataset, source: imageBatches(dataset, { batchSize: 4, seed: 1 }) };
  };
  const read = async (source: ReturnType<typeof imageBatches>) => {
    const all: Float32Array[] = [];
    for (let step = 0; step < 10; step++) all.push((await source.batchAt(step)).data);
    return all;
  };

  it('do not reach its batches, and the next one notices', async () => {
    const { dataset, source } = await batches();
    const before = await read(source);
    await unlink(join(images.path, '3.png'));
    await writeFile(join(images.path, '4.png'), 'no picture any more');
    await images.add('5.png', await pattern(500));
    expect(await read(source)).toEqual(before);

    const next = await batches();
    expect(next.dataset.fromCache).toBe(false);
    expect(next.dataset.paths).toHaveLength(38);
    expect(next.dataset.skipped).toEqual([
      { path: '4.png', reason: 'not an image that can be read' },
    ]);
    expect(next.dataset.fingerprint).not.toBe(dataset.fingerprint);
    // The older cache is gone from the disk, but not from the run that reads it.
    expect(await caches()).toBe(1);
    expect(await read(source)).toEqual(before);
    await Promise.all([source.close(), next.source.close()]);
  });

  it('may go altogether', async () => {
    const { source } = await batches();
    const before = await read(source);
    await rm(images.path, { recursive: true });
    expect(await read(source)).toEqual(before);
    await source.close();
    await expect(open()).rejects.toThrow(`at "${images.path}" (--data): not found.`);
  });
});
