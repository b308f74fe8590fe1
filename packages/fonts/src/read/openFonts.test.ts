import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagedFile } from '../fixtures/packagedFonts.ts';
import { otfBytes, type MadeGlyphs } from '../testing/madeFont.ts';
import { openFont, openFonts } from './openFonts.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fonts-'));
  const save = (name: string, glyphs: MadeGlyphs, family: string) =>
    writeFile(join(folder, name), otfBytes(glyphs, family));
  await mkdir(join(folder, 'parts'));
  await save('parts/1.otf', { A: [0, 0, 100, 700] }, 'Parts');
  await save('parts/2.otf', { A: [0, 0, 900, 700], B: [0, 0, 200, 700] }, 'Parts');
  await save('single.otf', { A: [0, 0, 300, 700] }, 'Single');
  await mkdir(join(folder, 'none'));
  await writeFile(join(folder, 'none', 'notes.txt'), '');
  await writeFile(join(folder, 'none', 'more.txt'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const widthOf = (outline: unknown): number =>
  Math.max(...(outline as { commands: { x?: number }[] }).commands.map(({ x }) => x ?? 0));

describe('openFonts', () => {
  it('joins the files of one font and keeps fonts apart', async () => {
    const fonts = await openFonts([folder]);
    expect(fonts.map(({ name, paths }) => [name, paths.length])).toEqual([
      ['Parts Regular', 2],
      ['Single Regular', 1],
    ]);
    const [parts] = fonts;
    // The first file that has a character draws it.
    expect(widthOf(parts!.outline(65))).toBe(100);
    expect(widthOf(parts!.outline(66))).toBe(200);
    expect([parts!.has(66), parts!.has(67), parts!.outline(67)]).toEqual([true, false, 'missing']);
    expect(parts!.notdefOutlines()).toHaveLength(2);
  });

  it('finds every character of a font that comes in 21 web files', async () => {
    const font = await openFont([packagedFile('@chinese-fonts/dyh', 'dist')]);
    expect(font.paths).toHaveLength(21);
    for (const character of '永国龙鹰啊座') {
      expect(typeof font.outline(character.codePointAt(0)!)).toBe('object');
    }
  });

  it('says what it expected instead', async () => {
    await expect(openFont([folder])).rejects.toThrow(
      `font "${folder}": expected the files of one font, received 2 fonts ` +
        '(Parts Regular, Single Regular). Name the files of one of them.',
    );
    await expect(openFonts([join(folder, 'none')])).rejects.toThrow(
      `font "${folder}/none": expected a folder with .ttf, .otf, .ttc, .woff or .woff2 files, ` +
        'received 2 other entries. Name another folder.',
    );
    await expect(openFonts([join(folder, 'gone.ttf')])).rejects.toThrow(
      `font "${folder}/gone.ttf": expected a font file or a folder of them, received a path ` +
        'where nothing is. Correct the path.',
    );
  });
});
