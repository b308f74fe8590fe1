import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { characterOf, readGlyphPictures } from './readGlyphPictures.ts';

let root: string;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'gan-zoo-glyph-pictures-'))));
afterAll(() => rm(root, { recursive: true, force: true }));

const context = { signal: new AbortController().signal };

/** Saves a picture with a box of ink in its top left quarter. */
async function saveBox(path: string, width: number, height: number, [paper, ink]: string[]) {
  const box = {
    width: Math.floor(width / 4),
    height: Math.floor(height / 4),
    channels: 3,
  } as const;
  const input = await sharp({ create: { ...box, background: ink! } })
    .png()
    .toBuffer();
  await sharp({ create: { width, height, channels: 3, background: paper! } })
    .composite([{ input, left: box.width, top: box.height }])
    .toFile(path);
}

it('names characters by themselves or by their codes', () => {
  const named = ['天.png', 'sub/a.jpeg', 'u5929.png', 'U+20BB7.png', 'u.png', '7.webp'];
  expect(named.map(characterOf)).toEqual(['天', 'a', '天', '𠮷', 'u', '7']);
  expect(['ab.png', 'glyph-1.png', 'uff.png', 'u110000.png'].map(characterOf)).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
});

it('makes pictures of any size and colour alike, where they are in their frames', async () => {
  const folder = join(root, 'mixed');
  await mkdir(folder);
  await saveBox(join(folder, '天.png'), 64, 64, ['#ffffff', '#000000']);
  await saveBox(join(folder, 'u5730.jpg'), 200, 200, ['#000000', '#ffffff']);
  await saveBox(join(folder, '人.webp'), 64, 32, ['#ffffff', '#000000']);
  await saveBox(join(folder, 'U+5929.png'), 64, 64, ['#ffffff', '#000000']);
  await saveBox(join(folder, '白.png'), 64, 64, ['#ffffff', '#ffffff']);
  await writeFile(join(folder, '坏.png'), 'no picture');
  await saveBox(join(folder, 'cover.png'), 64, 64, ['#ffffff', '#000000']);
  const { pictures, inverted, skipped } = await readGlyphPictures(folder, 16, context);
  expect([...pictures.keys()].sort()).toEqual(['人', '地', '天'].sort());
  expect(inverted).toBe(1);
  const reasons = Object.fromEntries(skipped.map(({ path, reason }) => [path, reason]));
  expect(reasons).toMatchObject({
    'cover.png': 'its name is no single character',
    '白.png': 'it shows no ink',
    '天.png': 'another picture of 天',
  });
  expect(reasons['坏.png']).toMatch(/^it cannot be read: /);
  const levels = (character: string, at: (readonly [x: number, y: number])[]): boolean[] =>
    at.map(([x, y]) => pictures.get(character)![16 * y + x]! < 128);
  for (const square of ['天', '地']) {
    expect(
      levels(square, [
        [5, 5],
        [0, 0],
        [10, 10],
        [5, 10],
      ]),
    ).toEqual([true, false, false, false]);
  }
  // Twice as wide as high: in the middle, between two bands of paper.
  expect(
    levels('人', [
      [5, 6],
      [5, 3],
      [5, 9],
      [0, 15],
    ]),
  ).toEqual([true, false, false, false]);
});

it('refuses a folder in which nothing can be used', async () => {
  await mkdir(join(root, 'none'));
  await saveBox(join(root, 'none', 'cover.png'), 64, 64, ['#ffffff', '#000000']);
  await expect(readGlyphPictures(join(root, 'none'), 16, context)).rejects.toThrow(
    /^--glyphs: expected pictures named by their characters in .*none, such as 天.png or u5929.png, received none that can be used \(cover.png: its name is no single character\)\.$/,
  );
});
