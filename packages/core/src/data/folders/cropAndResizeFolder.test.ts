import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cropAndResizeFolder } from './cropAndResizeFolder.ts';
import { plain, testFolder, type TestFolder } from './testFolder.ts';

let source: TestFolder;
let target: TestFolder;
beforeEach(async () => {
  [source, target] = await Promise.all([testFolder(), testFolder()]);
});
afterEach(() => Promise.all([source.remove(), target.remove()]));

const run = (out = target.path) => cropAndResizeFolder({ source: source.path, out, imageSize: 24 });

describe('cropAndResizeFolder', () => {
  it('writes squares under the same names and folders', async () => {
    await source.add('wide.jpg', await plain('#ff0000', 90, 40).jpeg().toBuffer());
    await source.add('deep/er/tall.webp', await plain('#00ff00', 30, 77).webp().toBuffer());
    await source.add('twin.png', await plain('#0000ff').png().toBuffer());
    await source.add('twin.gif', await plain('#0000ff').gif().toBuffer());
    await source.add('zero.png', '');
    const { written, skipped } = await run(join(target.path, 'new'));
    expect(written).toEqual(['deep/er/tall.png', 'twin.png', 'twin-2.png', 'wide.png']);
    expect(skipped).toEqual([{ path: 'zero.png', reason: 'empty file' }]);
    for (const name of written) {
      const { width, height, format } = await sharp(join(target.path, 'new', name)).metadata();
      expect({ width, height, format }).toEqual({ width: 24, height: 24, format: 'png' });
    }
    expect(await readdir(join(target.path, 'new'))).toEqual([
      'deep',
      'twin-2.png',
      'twin.png',
      'wide.png',
    ]);
  });

  it('leaves out what it is told to', async () => {
    await source.add('a.png', await plain('#fff').png().toBuffer());
    await source.add('a.gif', await plain('#000').gif().toBuffer());
    const seen: number[] = [];
    const { written } = await cropAndResizeFolder({
      ...{ source: source.path, out: target.path, imageSize: 8, leaveOut: new Set(['a.gif']) },
      onProgress: ({ total }) => seen.push(total),
    });
    expect({ written, seen }).toEqual({ written: ['a.png'], seen: [1] });
  });

  it('refuses to write among the originals', async () => {
    await source.add('a.png', await plain('#fff').png().toBuffer());
    for (const out of [source.path, join(source.path, 'not', 'yet')]) {
      await expect(run(out)).rejects.toThrow(
        `data: expected a folder for the new pictures outside of "${source.path}", ` +
          `received "${out}". Choose another --out.`,
      );
    }
    expect((await run(`${source.path}-beside`)).written).toEqual(['a.png']);
    await import('node:fs/promises').then(({ rm }) =>
      rm(`${source.path}-beside`, { recursive: true }),
    );
  });

  it('stops when told to and reports its progress', async () => {
    for (let name = 0; name < 9; name++) {
      await source.add(`${name}.png`, await plain('#fff').png().toBuffer());
    }
    const stop = new AbortController();
    const seen: number[] = [];
    const stopped = cropAndResizeFolder({
      ...{ source: source.path, out: target.path, imageSize: 8, signal: stop.signal, workers: 2 },
      onProgress: ({ done, total }) => {
        seen.push(done / total);
        if (done === 2) stop.abort(new Error('stopped by the user'));
      },
    });
    await expect(stopped).rejects.toThrow('stopped by the user');
    expect(seen).toEqual([1 / 9, 2 / 9]);
    expect((await readdir(target.path)).some((name) => name.endsWith('.tmp'))).toBe(false);
  });

  it('says when there is nothing to do or nowhere to write', async () => {
    await expect(run()).rejects.toThrow(`in "${source.path}" (--data), found nothing.`);
    await source.add('a.png', await plain('#fff').png().toBuffer());
    const file = await target.add('file', '');
    await expect(run(file)).rejects.toThrow(/^cannot create the folder of /);
  });
});
