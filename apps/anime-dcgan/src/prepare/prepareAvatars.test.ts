import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError, UserError } from '@gan-zoo/core';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareAvatars } from './prepareAvatars.ts';

let root: string;
let out: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'avatars-'));
  out = join(root, 'pictures');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** All files of a folder with their content. */
function contentOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]),
  );
}

function editManifest(edit: (manifest: { versions: Record<string, string> }) => void): void {
  const path = join(out, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { versions: Record<string, string> };
  edit(manifest);
  writeFileSync(path, JSON.stringify(manifest));
}

const small = { imageSize: 32, seed: 5 };

describe('prepareAvatars', () => {
  it('writes numbered pictures and a manifest', async () => {
    const result = await prepareAvatars({ num: 3, out, ...small });
    expect(readdirSync(out).sort()).toEqual([
      'lorelei-00000.png',
      'lorelei-00001.png',
      'lorelei-00002.png',
      'manifest.json',
    ]);
    expect(result).toMatchObject({ folder: out, drawn: 3, kept: 0, distinct: 3, surplus: 0 });
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as unknown;
    expect(manifest).toEqual(result.manifest);
    expect(manifest).toMatchObject({
      format: 'gan-zoo-avatars',
      style: 'lorelei',
      seed: 5,
      imageSize: 32,
      num: 3,
      licence: { name: 'CC0-1.0', url: 'https://creativecommons.org/publicdomain/zero/1.0/' },
      versions: {
        recipe: '1',
        '@dicebear/core': expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
        '@dicebear/lorelei': expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
        sharp: sharp.versions.sharp,
        libvips: sharp.versions.vips,
      },
    });
    const { width, height } = await sharp(join(out, 'lorelei-00002.png')).metadata();
    expect([width, height]).toEqual([32, 32]);
  });

  it('draws 96 px and seed 0 by default', async () => {
    const { manifest } = await prepareAvatars({ num: 1, out });
    expect(manifest).toMatchObject({ imageSize: 96, seed: 0, style: 'lorelei' });
  });

  it('gives the same bytes for the same seed, whatever the concurrency', async () => {
    const other = join(root, 'other');
    await prepareAvatars({ num: 12, out, ...small, concurrency: 1 });
    await prepareAvatars({ num: 12, out: other, ...small, concurrency: 8 });
    expect(contentOf(other)).toEqual(contentOf(out));
  });

  it('gives other pictures for another seed', async () => {
    const other = join(root, 'other');
    await prepareAvatars({ num: 1, out, imageSize: 32, seed: 1 });
    await prepareAvatars({ num: 1, out: other, imageSize: 32, seed: 2 });
    const name = 'lorelei-00000.png';
    expect(contentOf(other)[name]).not.toBe(contentOf(out)[name]);
  });

  it('only adds files for a larger number, and keeps them for a smaller one', async () => {
    await prepareAvatars({ num: 4, out, ...small });
    const { 'manifest.json': _manifest, ...before } = contentOf(out);
    const times = Object.keys(before).map((name) => statSync(join(out, name)).mtimeMs);
    const grown = await prepareAvatars({ num: 7, out, ...small });
    expect(grown).toMatchObject({ drawn: 3, kept: 4, distinct: 7, manifest: { num: 7 } });
    expect(contentOf(out)).toMatchObject(before);
    expect(Object.keys(before).map((name) => statSync(join(out, name)).mtimeMs)).toEqual(times);
    const again = await prepareAvatars({ num: 2, out, ...small });
    expect(again).toMatchObject({ drawn: 0, kept: 2, distinct: 2, surplus: 5 });
    expect(again.manifest.num).toBe(7);
    expect(readdirSync(out)).toHaveLength(8);
  });

  it('draws a picture that was deleted', async () => {
    await prepareAvatars({ num: 3, out, ...small });
    const before = contentOf(out);
    rmSync(join(out, 'lorelei-00001.png'));
    const result = await prepareAvatars({ num: 3, out, ...small });
    expect(result).toMatchObject({ drawn: 1, kept: 2 });
    expect(contentOf(out)).toEqual(before);
  });

  it('draws distinct pictures', async () => {
    const result = await prepareAvatars({ num: 300, out, imageSize: 48 });
    expect(result.distinct).toBe(300);
  });

  it('counts pictures that are the same once', async () => {
    await prepareAvatars({ num: 3, out, ...small });
    writeFileSync(join(out, 'lorelei-00002.png'), readFileSync(join(out, 'lorelei-00000.png')));
    expect((await prepareAvatars({ num: 3, out, ...small })).distinct).toBe(2);
  });

  it('reports progress, kept pictures included', async () => {
    await prepareAvatars({ num: 2, out, ...small });
    const seen: string[] = [];
    await prepareAvatars({
      num: 5,
      out,
      ...small,
      onProgress: ({ done, total }) => seen.push(`${done}/${total}`),
    });
    expect(seen).toEqual(['2/5', '3/5', '4/5', '5/5']);
  });
});

describe('an interrupted run', () => {
  it('leaves whole pictures only and is gone on with', async () => {
    const whole = join(root, 'whole');
    await prepareAvatars({ num: 20, out: whole, ...small });
    const controller = new AbortController();
    const run = prepareAvatars({
      num: 20,
      out,
      ...small,
      concurrency: 4,
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done === 6) controller.abort(new Error('interrupted'));
      },
    });
    await expect(run).rejects.toThrow('interrupted');
    const left = contentOf(out);
    expect(Object.keys(left).length).toBeGreaterThanOrEqual(7);
    expect(Object.keys(left).length).toBeLessThan(21);
    expect(contentOf(whole)).toMatchObject(left);
    await prepareAvatars({ num: 20, out, ...small });
    expect(contentOf(out)).toEqual(contentOf(whole));
  });

  it('does nothing if it is aborted before it starts', async () => {
    const signal = AbortSignal.abort(new Error('never'));
    await expect(prepareAvatars({ num: 1, out, signal })).rejects.toThrow('never');
    expect(readdirSync(root)).toEqual([]);
  });

  it('removes what a killed process left behind, but not what a running one writes', async () => {
    await prepareAvatars({ num: 1, out, ...small });
    const dead = '.lorelei-00003.png.1073741824.tmp';
    const alive = `.lorelei-00004.png.${process.pid}.tmp`;
    for (const name of [dead, alive, '.notes.1073741824.tmp']) writeFileSync(join(out, name), 'x');
    await prepareAvatars({ num: 1, out, ...small });
    expect(readdirSync(out).sort()).toEqual([
      alive,
      '.notes.1073741824.tmp',
      'lorelei-00000.png',
      'manifest.json',
    ]);
  });
});

describe('a folder that is not fit', () => {
  it('is refused if it holds another set', async () => {
    await prepareAvatars({ num: 2, out, ...small });
    const before = contentOf(out);
    const run = prepareAvatars({ num: 2, out, imageSize: 64, seed: 6, style: 'micah' });
    await expect(run).rejects.toThrow(
      new UserError(
        `prepare: ${out} holds another set of avatars: style is lorelei, asked for micah; ` +
          'seed is 5, asked for 6; imageSize is 32, asked for 64. Choose another folder with ' +
          '--out, delete this one, or ask for what it holds.',
      ),
    );
    expect(contentOf(out)).toEqual(before);
  });

  it("is refused and left alone if it holds the user's own files", async () => {
    mkdirSync(out);
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg', 'lorelei-00000.png']) {
      writeFileSync(join(out, name), name);
    }
    const before = contentOf(out);
    await expect(prepareAvatars({ num: 2, out, ...small })).rejects.toThrow(
      `prepare: expected ${out} to be new, empty or a folder of avatars, received a folder with ` +
        '4 other entries (a.jpg, b.jpg, c.jpg, …) and no manifest.json. Nothing was changed. ' +
        'Choose another folder with --out.',
    );
    expect(contentOf(out)).toEqual(before);
  });

  it('is refused if its manifest.json is of another kind', async () => {
    mkdirSync(out);
    for (const text of ['{"name": "my web app"}', 'not JSON']) {
      writeFileSync(join(out, 'manifest.json'), text);
      await expect(prepareAvatars({ num: 1, out, ...small })).rejects.toThrow(
        `prepare: expected ${join(out, 'manifest.json')} to describe avatars, received another ` +
          'file. Choose another folder with --out.',
      );
      expect(contentOf(out)).toEqual({ 'manifest.json': Buffer.from(text).toString('base64') });
    }
  });

  it('is refused if it is a file', async () => {
    writeFileSync(out, 'text');
    const run = prepareAvatars({ num: 1, out, ...small });
    await expect(run).rejects.toBeInstanceOf(UserError);
    await expect(run).rejects.toThrow(`prepare: expected ${out} to be a folder that can be read`);
    expect(readFileSync(out, 'utf8')).toBe('text');
  });

  it('is refused if new pictures would mix with those of other versions', async () => {
    await prepareAvatars({ num: 2, out, ...small });
    editManifest(({ versions }) => Object.assign(versions, { sharp: '0.1.0' }));
    expect(await prepareAvatars({ num: 2, out, ...small })).toMatchObject({ kept: 2 });
    await expect(prepareAvatars({ num: 3, out, ...small })).rejects.toThrow(
      `prepare: ${out} lacks pictures, and those there were drawn with other versions: ` +
        `sharp was 0.1.0, is ${sharp.versions.sharp}. New pictures could look different.`,
    );
    expect(readdirSync(out)).toHaveLength(3);
  });

  it('is not mended by overwriting if a picture is broken', async () => {
    await prepareAvatars({ num: 2, out, ...small });
    const path = join(out, 'lorelei-00001.png');
    for (const bytes of [Buffer.from('mine'), readFileSync(path).subarray(0, 200)]) {
      writeFileSync(path, bytes);
      await expect(prepareAvatars({ num: 2, out, ...small })).rejects.toThrow(
        `prepare: expected ${path} to be a whole PNG, received ${bytes.length} other bytes. ` +
          'Delete the file and run again; it will be drawn anew.',
      );
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
  });

  it('may hold hidden files and, beside avatars, files of the user', async () => {
    mkdirSync(out);
    writeFileSync(join(out, '.DS_Store'), 'x');
    await prepareAvatars({ num: 1, out, ...small });
    writeFileSync(join(out, 'notes.txt'), 'mine');
    await prepareAvatars({ num: 2, out, ...small });
    expect(readFileSync(join(out, 'notes.txt'), 'utf8')).toBe('mine');
  });
});

describe('options out of range', () => {
  it.each([
    [{ num: 0 }, '--num to be a whole number from 1 to 100000, received 0.'],
    [{ num: 2.5 }, '--num to be a whole number from 1 to 100000, received 2.5.'],
    [{ num: 100_001 }, '--num to be a whole number from 1 to 100000, received 100001.'],
    [{ seed: -1 }, '--seed to be a whole number from 0 to 4294967295, received -1.'],
    [{ imageSize: 8 }, '--image-size to be a whole number from 16 to 1024, received 8.'],
    [{ imageSize: NaN }, '--image-size to be a whole number from 16 to 1024, received NaN.'],
    [{ concurrency: 0 }, 'concurrency to be a whole number from 1 to 64, received 0.'],
    [{ out: ' ' }, '--out to name a folder, received an empty text.'],
    [
      { style: 'pixel' },
      '--style to be one of lorelei, micah, big-smile, notionists, open-peeps, toon-head, ' +
        'received pixel.',
    ],
  ])('%o is a usage error', async (options, message) => {
    const run = prepareAvatars({ num: 1, out, ...options });
    await expect(run).rejects.toBeInstanceOf(UsageError);
    await expect(run).rejects.toThrow(`prepare: expected ${message}`);
    expect(readdirSync(root)).toEqual([]);
  });
});
