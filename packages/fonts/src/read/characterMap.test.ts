import { describe, expect, it } from 'vitest';
import { readCharacterMap } from './characterMap.ts';

type Subtable = readonly [platform: number, encoding: number, words: readonly number[]];

/** A table cmap of subtables given in 16-bit words. */
function cmap(...subtables: readonly Subtable[]): Uint8Array {
  const words = [0, subtables.length];
  let offset = 4 + 8 * subtables.length;
  for (const [platform, encoding, content] of subtables) {
    words.push(platform, encoding, 0, offset);
    offset += 2 * content.length;
  }
  words.push(...subtables.flatMap(([, , content]) => content));
  const view = new DataView(new ArrayBuffer(2 * words.length));
  words.forEach((word, place) => view.setUint16(2 * place, word));
  return new Uint8Array(view.buffer);
}

/** Format 12 with one group. */
const group = (first: number, last: number, glyph: number): number[] => [
  ...[12, 0, 0, 28, 0, 0, 0, 1],
  ...[first, last, glyph].flatMap((value) => [value >>> 16, value & 0xffff]),
];

/** Format 4: A to C by delta, a and b from a list, and the closing segment. */
const segments = [
  ...[4, 0, 0, 6, 0, 0, 0],
  ...[0x43, 0x62, 0xffff, 0],
  ...[0x41, 0x61, 0xffff],
  ...[0x10000 - 0x40, 0, 1],
  ...[0, 4, 0],
  ...[9, 0],
];

describe('readCharacterMap', () => {
  it('reads segments and leaves out what maps to glyph 0', () => {
    const map = readCharacterMap(cmap([3, 1, segments]), 100, 'x');
    expect(Object.fromEntries(map)).toEqual({ 0x41: 1, 0x42: 2, 0x43: 3, 0x61: 9 });
  });

  it('prefers the subtable that reaches beyond the first plane', () => {
    const map = readCharacterMap(
      cmap([3, 1, segments], [3, 10, group(0x20b9f, 0x20ba0, 5)]),
      100,
      'x',
    );
    expect(Object.fromEntries(map)).toEqual({ 0x20b9f: 5, 0x20ba0: 6 });
  });

  it('leaves out glyphs that the font does not have', () => {
    const map = readCharacterMap(cmap([0, 4, group(65, 70, 3)]), 5, 'x');
    expect(Object.fromEntries(map)).toEqual({ 65: 3, 66: 4 });
  });

  it('maps the private area of symbol fonts to ASCII as well', () => {
    const map = readCharacterMap(cmap([3, 0, group(0xf041, 0xf041, 3)]), 5, 'x');
    expect(Object.fromEntries(map)).toEqual({ 0xf041: 3, 0x41: 3 });
  });

  it('does not follow ranges beyond Unicode, and falls back to another subtable', () => {
    const endless = group(0, 0xffffffff, 1);
    const map = readCharacterMap(cmap([3, 10, endless], [3, 1, segments]), 100, 'x');
    expect(map.size).toBe(4);
    expect(() => readCharacterMap(cmap([3, 10, endless]), 100, 'x.ttf')).toThrow(
      'font "x.ttf": expected a table cmap that names the glyphs of Unicode characters, ' +
        'received 1 subtables without any that can be read. The file is damaged or cut off: ' +
        'get it again, or leave it out.',
    );
  });
});
