import { unusableFont, viewOf } from './unusableFont.ts';

/** Glyph number by code point. */
export type CharacterMap = ReadonlyMap<number, number>;

/** More than all of Unicode: only a damaged table names so many. */
const maxEntries = 0x110000;

/** Platform and encoding of subtables with Unicode in them, the most complete first. */
const unicodeSubtables = ['3/10', '0/6', '0/4', '3/1', '0/3', '0/2', '0/1', '0/0', '3/0', '1/0'];

/**
 * Reads which glyph stands for which character. opentype.js does so too, but believes every count
 * and range, and one damaged number then takes minutes or all memory; here all are bounded.
 *
 * @param cmap the table `cmap`
 * @param glyphCount glyphs in the font: entries beyond are left out, like those of glyph 0
 * @throws FontError when no subtable can be read
 */
export function readCharacterMap(cmap: Uint8Array, glyphCount: number, file: string): CharacterMap {
  const subtables = listSubtables(cmap);
  for (const name of unicodeSubtables) {
    const at = subtables.get(name);
    if (at === undefined) continue;
    const entries = readSubtable(cmap.subarray(at));
    if (entries === undefined) continue;
    const map = new Map<number, number>();
    for (const [code, glyph] of entries) {
      // Symbol fonts keep ASCII in the private area; Mac's upper half is not Unicode.
      if (glyph === 0 || glyph >= glyphCount || (name === '1/0' && code > 0x7e)) continue;
      map.set(code, glyph);
      if (name === '3/0' && code >= 0xf020 && code <= 0xf07e) map.set(code - 0xf000, glyph);
    }
    if (map.size > 0) return map;
  }
  throw unusableFont({
    file,
    expected: 'a table cmap that names the glyphs of Unicode characters',
    received: `${subtables.size} subtables without any that can be read`,
  });
}

function listSubtables(cmap: Uint8Array): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  if (cmap.length < 4) return found;
  const view = viewOf(cmap);
  const count = Math.min(view.getUint16(2), Math.floor((cmap.length - 4) / 8));
  for (let place = 0; place < count; place++) {
    const at = 4 + 8 * place;
    const offset = view.getUint32(at + 4);
    if (offset + 6 > cmap.length) continue;
    found.set(`${view.getUint16(at)}/${view.getUint16(at + 2)}`, offset);
  }
  return found;
}

type Entry = readonly [code: number, glyph: number];

/** undefined for a format that is not supported, or for damage. */
function readSubtable(bytes: Uint8Array): readonly Entry[] | undefined {
  const view = viewOf(bytes);
  try {
    switch (view.getUint16(0)) {
      case 0:
        return Array.from(bytes.subarray(6, 262), (glyph, code) => [code, glyph] as const);
      case 4:
        return readSegments(view);
      case 6:
        return readTrimmed(view);
      case 12:
        return readGroups(view, 1);
      case 13:
        return readGroups(view, 0);
      default:
        return undefined;
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Format 4: segments of the first 65,536 characters. */
function readSegments(view: DataView): readonly Entry[] | undefined {
  const segments = view.getUint16(6) >> 1;
  const [ends, starts] = [14, 16 + 2 * segments];
  const [deltas, offsets] = [starts + 2 * segments, starts + 4 * segments];
  const entries: Entry[] = [];
  for (let segment = 0; segment < segments; segment++) {
    const [start, end] = [view.getUint16(starts + 2 * segment), view.getUint16(ends + 2 * segment)];
    const delta = view.getUint16(deltas + 2 * segment);
    const at = offsets + 2 * segment;
    const offset = view.getUint16(at);
    for (let code = start; code <= end && code < 0xffff; code++) {
      if (entries.length > maxEntries) return undefined;
      const listed = offset === 0 ? code : view.getUint16(at + offset + 2 * (code - start));
      const isMissing = offset !== 0 && listed === 0;
      entries.push([code, isMissing ? 0 : (listed + delta) & 0xffff]);
    }
  }
  return entries;
}

/** Format 6: one range, listed. */
function readTrimmed(view: DataView): readonly Entry[] {
  const first = view.getUint16(6);
  const count = view.getUint16(8);
  return Array.from({ length: count }, (_, place) => [
    first + place,
    view.getUint16(10 + 2 * place),
  ]);
}

/** Formats 12 and 13: groups of all of Unicode, whose glyphs go on by one or stay the same. */
function readGroups(view: DataView, increment: 0 | 1): readonly Entry[] | undefined {
  const groups = view.getUint32(12);
  if (16 + 12 * groups > view.byteLength) return undefined;
  const entries: Entry[] = [];
  for (let group = 0; group < groups; group++) {
    const at = 16 + 12 * group;
    const [start, end, glyph] = [
      view.getUint32(at),
      view.getUint32(at + 4),
      view.getUint32(at + 8),
    ];
    if (start > end || end > 0x10ffff || entries.length + end - start > maxEntries)
      return undefined;
    for (let code = start; code <= end; code++) {
      entries.push([code, glyph + increment * (code - start)]);
    }
  }
  return entries;
}
