import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, openImageFolder } from '@gan-zoo/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProgramReport } from './dataProgram.ts';
import { drawPicture, makePictures } from './makePictures.ts';
import { growthOf } from './memoryLog.ts';
import { reportRows } from './reportRows.ts';
import { measureData, runProgram } from './runProgram.ts';
import { readWait } from './trainingWait.ts';

let parent: string;
beforeEach(async () => void (parent = await mkdtemp(join(tmpdir(), 'gan-zoo-test-'))));
afterEach(() => rm(parent, { recursive: true, force: true }));

const make = (count: number) => makePictures({ folder: join(parent, 'pictures'), count, side: 16 });

describe('makePictures', () => {
  it('makes as many readable pictures as asked, no two alike', async () => {
    await make(1003);
    expect(await readdir(join(parent, 'pictures'))).toEqual(['000', '001']);
    const dataset = await openImageFolder({
      ...{ folder: join(parent, 'pictures'), imageSize: 16, cacheFolder: join(parent, 'cache') },
    });
    expect(dataset.count).toBe(1003);
    expect(dataset.skipped).toEqual([]);
    await dataset.close();
    const stream = createRandom(0).stream('pictures');
    const pictures = Array.from({ length: 200 }, (_, number) => drawPicture(stream, number, 16));
    expect(new Set(pictures.map(String)).size).toBe(200);
  });
});

it('measures decoding and reading in processes of their own', async () => {
  await make(70);
  const run = {
    environment: { GAN_ZOO_CACHE: join(parent, 'cache') },
    signal: new AbortController().signal,
  };
  const program = { folder: join(parent, 'pictures'), imageSize: 16, batchSize: 8, workers: 2 };
  const seen: number[] = [];
  const first = await measureData({ ...program, batches: 0 }, run, ({ done }) => seen.push(done));
  expect(first).toMatchObject({ count: 70, fromCache: false });
  expect(first.cacheBytes).toBeGreaterThan(70 * 768);
  expect(seen.at(-1)).toBe(70);
  const second = await measureData({ ...program, batches: 20 }, run);
  expect(second).toMatchObject({ count: 70, fromCache: true });
  expect(second.batchSeconds).toBeGreaterThan(0);
  expect(second.peakBytes).toBeGreaterThan(2 ** 24);
  const failing = ['-e', 'console.error("why"); process.exit(3)'];
  await expect(runProgram(failing, run)).rejects.toThrow(/it ended with exit code 3\.\nwhy$/);
});

describe('growthOf', () => {
  it('compares the last quarter with the second, warm-up left out', () => {
    expect(growthOf([1, 50, 100, 100, 100, 900, 110, 100])).toBe(5);
    expect(growthOf([0, 0, 10, 10, 20, 20, 30, 30])).toBe(20);
    expect(growthOf([1, 2, 3])).toBe(0);
  });
});

it('reads how long a training waited', () => {
  expect(readWait('Trained 60 steps\n82 images/s, waited 0.02 s for data\n')).toBe(0.02);
  expect(() => readWait('Trained')).toThrow(
    'data-bench: expected the training to say how long it waited for data, received:\nTrained',
  );
});

it('writes a table', () => {
  const report: ProgramReport = {
    ...{ count: 3000, fromCache: false, cacheBytes: 36_900_000 },
    ...{ openSeconds: 2, batchSeconds: 1, peakBytes: 2e8, growthBytes: -3e6 },
  };
  const measured = {
    ...{ batchSize: 64, batches: 92, decode: report, stream: report, together: [report, report] },
    training: { waitedSeconds: 0.02, totalSeconds: 31, trainSteps: 60 },
  };
  expect(reportRows(measured, true)).toBe(
    [
      '| work | images | time | rate | memory | growth |',
      '| --- | --: | --: | --: | --: | --: |',
      '| decode once | 3000 | 2.0 s | 1500 images/s | 200 MB | −3.0 MB |',
      '| open again | 3000 | 2.0 s | 1500 images/s |  |  |',
      '| batches alone | 5888 | 1.0 s | 5888 images/s | 200 MB | −3.0 MB |',
      '| batches, 1 of 2 at once | 5888 | 1.0 s | 5888 images/s | 200 MB | −3.0 MB |',
      '| batches, 2 of 2 at once | 5888 | 1.0 s | 5888 images/s | 200 MB | −3.0 MB |',
      '',
      'Cache: 37 MB on disk',
      'Training: 60 steps waited 20 ms for data (31 s in all)',
    ].join('\n'),
  );
  expect(reportRows(measured, false).split('\n')[0]).toBe(
    'work                     images   time           rate  memory   growth',
  );
});
