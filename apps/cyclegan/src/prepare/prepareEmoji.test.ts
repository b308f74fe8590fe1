import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDatasetLayout } from '@gan-zoo/core';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasSkinTone, kindOf, listEmojiPairs, type EmojiPair } from './emojiPairs.ts';
import { prepareEmoji, type PrepareEmojiOptions } from './prepareEmoji.ts';

let all: EmojiPair[];
let some: EmojiPair[];
let parent: string;

beforeAll(async () => {
  all = await listEmojiPairs();
  const people = all.filter(({ name }) =>
    /waving-hand|astronaut|-oclock|backhand-index-pointing-(left|right)|tilted-/.test(name),
  );
  some = [...all.filter((pair) => !hasSkinTone(pair)).slice(0, 40), ...people];
  some = [...new Map(some.map((pair) => [pair.name, pair])).values()];
});
beforeEach(async () => void (parent = await mkdtemp(join(tmpdir(), 'gan-zoo-test-'))));
afterEach(() => rm(parent, { recursive: true, force: true }));

const prepare = (changes: Partial<PrepareEmojiOptions> = {}) =>
  prepareEmoji({
    ...{ out: join(parent, 'emoji'), imageSize: 32, background: '#ffffff', skinTones: true },
    ...{ testCount: 10, seed: 0, pairs: some, ...changes },
  });

const namesIn = async (folder: string, part: string) =>
  (await readdir(join(folder, part))).map((file) => file.slice(0, -4)).sort();
const partsOf = async (folder: string) => ({
  trainA: await namesIn(folder, 'trainA'),
  trainB: await namesIn(folder, 'trainB'),
  testA: await namesIn(folder, 'testA'),
  testB: await namesIn(folder, 'testB'),
});

/** A hash of every file. */
async function hashesOf(folder: string) {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const hashes = files
    .filter((file) => file.isFile())
    .map(async ({ name, parentPath }) => {
      const content = await readFile(join(parentPath, name));
      const path = join(parentPath, name).slice(folder.length);
      return [path, createHash('sha256').update(content).digest('hex')] as const;
    });
  return Object.fromEntries(await Promise.all(hashes));
}

describe('listEmojiPairs', () => {
  it('finds more than 1,500 emoji in both styles, besides skin tones', () => {
    const plain = all.filter((pair) => !hasSkinTone(pair));
    expect(plain.length).toBeGreaterThan(1500);
    expect(all.length).toBeGreaterThan(3000);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it('knows variants of one emoji', () => {
    const kinds = new Map(all.map((pair) => [pair.name, kindOf(pair)]));
    expect(kinds.get('waving-hand-dark')).toBe(kinds.get('waving-hand'));
    expect(kinds.get('woman-astronaut-light')).toBe(kinds.get('man-astronaut'));
    expect(kinds.get('woman-astronaut')).toBe(kinds.get('astronaut'));
    expect(kinds.get('abacus')).not.toBe(kinds.get('accordion'));
  });
});

describe('prepareEmoji', () => {
  it('makes an unpaired training set and pairs to test by, variants on one side', async () => {
    const { folder, manifest, kept } = await prepare();
    const { trainA, trainB, testA, testB } = await partsOf(folder);
    expect(kept).toBe(false);
    expect(testB).toEqual(testA);
    expect(manifest.counts).toEqual({
      ...{ trainA: trainA.length, trainB: trainB.length, test: testA.length },
    });
    const used = [...trainA, ...trainB, ...testA];
    const leftOut = manifest.leftOut.map(({ name }) => name);
    expect([...used, ...leftOut].sort()).toEqual(some.map(({ name }) => name).sort());
    const sideOf = (name: string) => [trainA, trainB, testA].findIndex((x) => x.includes(name));
    for (const word of ['waving-hand', 'astronaut', '-oclock', 'index-pointing', 'tilted']) {
      const variants = used.filter((name) => name.includes(word));
      expect(variants.length).toBeGreaterThan(1);
      expect(new Set(variants.map(sideOf)).size).toBe(1);
    }
    expect((await readdir(folder)).sort()).toEqual(
      ['manifest.json', 'sheet.png', 'testA', 'testB', 'trainA', 'trainB'].sort(),
    );
  });

  it('draws both styles of a pair alike in outline, on the background', async () => {
    const { folder } = await prepare({ background: '#204060', imageSize: 48 });
    const { testA } = await partsOf(folder);
    const read = (part: string, name: string) =>
      sharp(join(folder, part, `${name}.png`))
        .raw()
        .toBuffer({ resolveWithObject: true });
    let difference = 0;
    for (const name of testA) {
      const [a, b] = [await read('testA', name), await read('testB', name)];
      for (const { info } of [a, b])
        expect(info).toMatchObject({ width: 48, height: 48, channels: 3 });
      expect([...a.data.subarray(0, 3)]).toEqual([0x20, 0x40, 0x60]);
      const sum = a.data.reduce((total, level, at) => total + Math.abs(level - b.data[at]!), 0);
      difference += sum / a.data.length / 255 / testA.length;
    }
    expect(difference).toBeGreaterThan(0.01);
    expect(difference).toBeLessThan(0.15);
  });

  it('makes pairs side by side, variants on one side of the split', async () => {
    const unpaired = await prepare();
    const { testA } = await partsOf(unpaired.folder);
    const { folder, manifest, sheet } = await prepare({ out: join(parent, 'pairs'), paired: true });
    const [train, test] = [await namesIn(folder, 'train'), await namesIn(folder, 'test')];
    expect(test).toEqual(testA);
    expect(manifest).toMatchObject({
      ...{ paired: true, counts: { train: train.length, test: test.length } },
    });
    const leftOut = manifest.leftOut.map(({ name }) => name);
    expect([...train, ...test, ...leftOut].sort()).toEqual(some.map(({ name }) => name).sort());
    for (const word of ['waving-hand', 'astronaut', '-oclock', 'index-pointing', 'tilted']) {
      const isVariant = (name: string): boolean => name.includes(word);
      expect([train, test].filter((names) => names.some(isVariant))).toHaveLength(1);
    }
    expect((await readdir(folder)).sort()).toEqual(['manifest.json', 'sheet.png', 'test', 'train']);
    expect(await findDatasetLayout(folder)).toMatchObject({ kind: 'sideBySide' });
    const name = test[0]!;
    const pixels = (path: string, left?: number): Promise<Buffer> => {
      const picture = sharp(path);
      const area = { left: left ?? 0, top: 0, width: 32, height: 32 };
      return (left === undefined ? picture : picture.extract(area)).raw().toBuffer();
    };
    for (const [part, left] of [
      ['testA', 0],
      ['testB', 32],
    ] as const) {
      const alone = await pixels(join(unpaired.folder, part, `${name}.png`));
      expect(await pixels(join(folder, 'test', `${name}.png`), left)).toEqual(alone);
    }
    // Three double rows of train, one of test; 16 columns of 64 px, margins of 2 px.
    const { width, height } = await sharp(sheet).metadata();
    expect([width, height]).toEqual([16 * 66 + 2, 2 * (3 + 1) * 66 + 2]);
    await expect(prepare({ out: folder })).rejects.toThrow(
      `prepare: ${folder} holds another set of emoji: paired is true, asked for false.`,
    );
  });

  it('gives the same files for the same seed, whatever the number of workers', async () => {
    const first = await prepare({ workers: 1 });
    const second = await prepare({ out: join(parent, 'again'), workers: 7 });
    expect(await hashesOf(second.folder)).toEqual(await hashesOf(first.folder));
    const other = await prepare({ out: join(parent, 'other'), seed: 5 });
    expect(await partsOf(other.folder)).not.toEqual(await partsOf(first.folder));
  });

  it('leaves skin tones out unless asked', async () => {
    const { folder } = await prepare({ skinTones: false });
    const { trainA, trainB, testA } = await partsOf(folder);
    const names = [...trainA, ...trainB, ...testA];
    expect(names).toContain('waving-hand');
    expect(names).not.toContain('waving-hand-dark');
  });

  it('keeps what is there and refuses another set', async () => {
    const { folder } = await prepare();
    const before = await hashesOf(folder);
    expect((await prepare()).kept).toBe(true);
    await expect(prepare({ seed: 3, imageSize: 64 })).rejects.toThrow(
      `prepare: ${folder} holds another set of emoji: seed is 0, asked for 3; imageSize is 32, ` +
        `asked for 64. Choose another folder with --out, delete this one, or ask for what it holds.`,
    );
    expect(await hashesOf(folder)).toEqual(before);
  });

  it('changes nothing in a folder of other things', async () => {
    const out = join(parent, 'mine');
    await mkdir(out);
    await writeFile(join(out, 'photo.png'), '');
    await expect(prepare({ out })).rejects.toThrow(
      `--out: expected a new or empty folder, received ${out} with 1 entry (photo.png). ` +
        `Nothing was changed. Choose another --out.`,
    );
    expect(await readdir(parent)).toEqual(['mine']);
  });

  it('does not mind a folder with hidden files', async () => {
    const out = join(parent, 'hidden');
    await mkdir(out);
    await writeFile(join(out, '.hidden'), '');
    await prepare({ out, skinTones: false });
    expect(await readdir(out)).toHaveLength(7);
    expect(await readdir(parent)).toEqual(['hidden']);
  });

  it('leaves nothing behind when it is stopped', async () => {
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => {
      if (done === 20) stop.abort(new Error('stopped by the user'));
    };
    await expect(prepare({ onProgress, signal: stop.signal })).rejects.toThrow('stopped by the');
    expect(await readdir(parent)).toEqual([]);
  });

  it('says when nothing would be left to train on', async () => {
    await expect(prepare({ testCount: 1000, pairs: some.slice(0, 10) })).rejects.toThrow(
      'prepare: expected --test-count to leave emoji to train on, received 1000 of 10. ' +
        'Choose a smaller one.',
    );
    expect(await readdir(parent)).toEqual([]);
  });
});
