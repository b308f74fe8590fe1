import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@gan-zoo/compiler';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertGridSize, savePictures } from './savePictures.ts';

let root: string;
beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'gan-zoo-pictures-'))));
afterEach(() => rm(root, { recursive: true }));

const pictures = [0, 1, 2].map((at) => ({
  image: { width: 4, height: 4, channels: 3 as const, data: new Uint8Array(48).fill(at) },
  score: { score: 9 - at, index: at * 2 },
}));

const seen: number[] = [];
const options = {
  columns: 2,
  signal: new AbortController().signal,
  progress: () => ({ update: (done: number) => seen.push(done), log: () => {}, stop: () => {} }),
};

describe('savePictures', () => {
  it('writes one grid', async () => {
    const path = join(root, 'grid.png');
    await savePictures({ kind: 'file', path }, pictures, options);
    expect(await sharp(path).metadata()).toMatchObject({ width: 14, height: 14 });
    expect(await readdir(root)).toEqual(['grid.png']);
  });

  it('writes single files and what they scored', async () => {
    const path = join(root, 'new');
    await savePictures({ kind: 'folder', path }, pictures, options);
    expect(seen).toEqual([1, 2, 3]);
    expect(await readdir(path)).toEqual(['00000.png', '00001.png', '00002.png', 'scores.json']);
    expect(JSON.parse(await readFile(join(path, 'scores.json'), 'utf8'))).toEqual([
      { file: '00000.png', score: 9, index: 0 },
      { file: '00001.png', score: 8, index: 2 },
      { file: '00002.png', score: 7, index: 4 },
    ]);
    const pixels = await sharp(join(path, '00002.png')).raw().toBuffer();
    expect([...pixels]).toEqual(Array(48).fill(2));
  });

  it('stops between files when told to', async () => {
    const stop = new AbortController();
    const update = () => stop.abort(new Error('stopped'));
    const saving = savePictures({ kind: 'folder', path: join(root, 'new') }, pictures, {
      columns: 2,
      signal: stop.signal,
      progress: () => ({ update, log: () => {}, stop: () => {} }),
    });
    await expect(saving).rejects.toThrow('stopped');
    expect(await readdir(join(root, 'new'))).toEqual(['00000.png']);
  });

  it('writes no scores where there are none', async () => {
    const path = join(root, 'walk');
    await savePictures({ kind: 'folder', path }, [{ image: pictures[0]!.image }], options);
    expect(await readdir(path)).toEqual(['00000.png']);
  });
});

describe('assertGridSize', () => {
  it('refuses grids that few programs open', () => {
    assertGridSize(167, 167, 96);
    expect(() => assertGridSize(168, 167, 96)).toThrow(UsageError);
    expect(() => assertGridSize(200, 150, 96)).toThrow(
      '--out: expected a grid of at most 268 megapixels, received 200 × 150 pictures of 96 px. ' +
        'Name a folder, or keep fewer.',
    );
  });
});
