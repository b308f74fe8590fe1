import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  packagedFile,
  ttcBytes,
  ttfBytes,
  variableName,
  woff2Bytes,
  woff2Path,
  woffPath,
} from '../fixtures/packagedFonts.ts';
import { subroutineBomb } from '../fixtures/subroutineBomb.ts';
import { FontError } from '../fontError.ts';
import { otfBytes } from '../testing/madeFont.ts';
import { openFontFile, readFontFile, type FontFile } from './fontFile.ts';

const outlineOf = (font: FontFile, character: string) =>
  font.outlines().outline(font.characters.get(character.codePointAt(0)!) ?? -1);

const boxes = { A: [100, 0, 600, 700], B: [0, -200, 1000, 800] } as const;

describe('readFontFile', () => {
  it('reads the same letters from TTF, woff and woff2', async () => {
    const ttf = await readFontFile(await ttfBytes(), 'kalam.ttf');
    const woff = await openFontFile(woffPath);
    const woff2 = await openFontFile(woff2Path);
    const ours = await readFontFile(await woff2Bytes(), 'kalam.woff2');
    expect(ttf.metrics).toMatchObject({ unitsPerEm: 1000, weight: 400 });
    for (const letter of 'AgQ8') {
      const outline = outlineOf(ttf, letter)!;
      expect(outline.commands.length).toBeGreaterThan(10);
      for (const other of [woff, woff2, ours]) expect(outlineOf(other, letter)).toEqual(outline);
    }
  });

  it('reads CFF outlines with y upwards', async () => {
    const font = await readFontFile(otfBytes(boxes), 'boxes.otf');
    const outline = outlineOf(font, 'A')!;
    const points = outline.commands.flatMap((c) => (c.type === 'Z' ? [] : [[c.x, c.y]]));
    expect(new Set(points.map(String))).toEqual(new Set(['100,0', '100,700', '600,700', '600,0']));
    expect(outline).toMatchObject({ advanceWidth: 1000, unitsPerEm: 1000 });
    expect(font.names.family).toBe('Boxes');
  });

  it('reads the font of a collection that is asked for', async () => {
    const bytes = ttcBytes([otfBytes(boxes, 'First'), otfBytes({ C: [0, 0, 9, 9] }, 'Second')]);
    const first = await readFontFile(bytes, 'two.ttc');
    const second = await readFontFile(bytes, 'two.ttc', { index: 1 });
    expect([first.names.family, second.names.family]).toEqual(['First', 'Second']);
    expect([...second.characters.keys()]).toEqual([67]);
    await expect(readFontFile(bytes, 'two.ttc', { index: 2 })).rejects.toThrow(
      new FontError(
        'font "two.ttc": expected an index from 0 to 1 (the collection has 2 fonts), received 2. ' +
          'Choose another index.',
      ),
    );
  });

  it('reads a variable font where it stands on its axes', async () => {
    const path = packagedFile('@fontsource-variable/noto-sans-sc', `files/${variableName}`);
    const thin = await openFontFile(path);
    const bold = await openFontFile(path, { variation: { wght: 900 } });
    const [from, to] = [outlineOf(thin, 'A')!, outlineOf(bold, 'A')!];
    expect(from.commands.length).toBeGreaterThan(8);
    expect(to.commands.map(({ type }) => type)).toEqual(from.commands.map(({ type }) => type));
    expect(to.commands).not.toEqual(from.commands);
  });
});

describe('a damaged font', () => {
  const messageOf = (bytes: Uint8Array): Promise<string> =>
    readFontFile(bytes, 'x.ttf').then(
      () => 'read',
      (error: unknown) => {
        expect(error).toBeInstanceOf(FontError);
        return (error as Error).message;
      },
    );

  it('is refused with what is wrong with it', async () => {
    const ttf = await ttfBytes();
    const woff = new Uint8Array(await readFile(woffPath));
    const damaged = 'The file is damaged or cut off: get it again, or leave it out.';
    expect(await messageOf(ttf.slice(0, 5000))).toMatch(
      /^font "x.ttf": expected table \S+ within the file's 5000 bytes, received \d+ bytes from \d+ on\. The file is damaged/,
    );
    expect(await messageOf(ttf.slice(0, 20))).toBe(
      'font "x.ttf": expected a directory of tables within the file, ' +
        `received one of 9 tables in 20 bytes. ${damaged}`,
    );
    expect(await messageOf(new TextEncoder().encode('<html>'))).toBe(
      'font "x.ttf": expected a TTF, OTF, TTC, woff or woff2 file, received one that begins ' +
        '"<htm". Give another file, or get this one again.',
    );
    expect(await messageOf(new Uint8Array(2))).toMatch(/received 2 bytes\. Give another file/);
    expect(await messageOf(woff.fill(7, 400, 9000))).toMatch(
      /^font "x.ttf": expected table \S+ to unfold to \d+ bytes, received data that is not zlib\./,
    );
  });

  it('does not get memory for the size that it claims', async () => {
    const woff2 = await woff2Bytes();
    new DataView(woff2.buffer).setUint32(16, 0xfffffff0);
    expect(await messageOf(woff2)).toBe(
      'font "x.ttf": expected at most 268435456 bytes of font, received 4294967280 bytes. ' +
        'The file is damaged or cut off: get it again, or leave it out.',
    );
  });

  it('loses only the glyph that is damaged', async () => {
    const bytes = await ttfBytes();
    const whole = await readFontFile(bytes, 'x.ttf');
    const at = tableOffset(bytes, 'loca') + 2 * whole.characters.get(65)!;
    new DataView(bytes.buffer).setUint16(at, 0xffff);
    const font = await readFontFile(bytes, 'x.ttf');
    expect(outlineOf(font, 'A')).toBeUndefined();
    expect(outlineOf(font, 'C')).toEqual(outlineOf(whole, 'C'));
  });

  it('has components of itself without end', async () => {
    const bytes = await ttfBytes();
    const font = await readFontFile(bytes, 'x.ttf');
    const glyph = font.characters.get(65)!;
    const view = new DataView(bytes.buffer);
    const place =
      tableOffset(bytes, 'glyf') + 2 * view.getUint16(tableOffset(bytes, 'loca') + 2 * glyph);
    view.setInt16(place, -1);
    // Twice itself, each with "more components" and offsets of one byte.
    for (const at of [place + 10, place + 16]) {
      view.setUint16(at, at === place + 10 ? 0x0022 : 0x0002);
      view.setUint16(at + 2, glyph);
    }
    expect(outlineOf(await readFontFile(bytes, 'x.ttf'), 'A')).toBeUndefined();
  });
});

it('gives up on a glyph whose subroutines call each other without end', async () => {
  const small = await readFontFile(subroutineBomb(3, 5), 'small.otf');
  expect(outlineOf(small, 'A')).toMatchObject({ commands: [] });
  const large = await readFontFile(subroutineBomb(16, 12), 'large.otf');
  expect(outlineOf(large, 'A')).toBeUndefined();
  const endless = await readFontFile(subroutineBomb(1, 100), 'deep.otf');
  expect(outlineOf(endless, 'A')).toMatchObject({ commands: [] });
});

function tableOffset(bytes: Uint8Array, tag: string): number {
  const directory = Buffer.from(bytes.buffer, 0, 400);
  return directory.readUInt32BE(directory.indexOf(tag, 12, 'latin1') + 8);
}
