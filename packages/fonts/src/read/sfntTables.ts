import { unusableFont, maxFontBytes, tagAt, viewOf } from './unusableFont.ts';

/** The tables of one font by tag; each is a view of the file's bytes or a copy. */
export type SfntTables = ReadonlyMap<string, Uint8Array>;

/** Tables that drawing and naming need; all others (hinting, layout, colours) are not even read. */
const wantedTables: ReadonlySet<string> = new Set([
  ...['cmap', 'head', 'hhea', 'hmtx', 'maxp', 'name', 'OS/2'],
  ...['glyf', 'loca', 'CFF ', 'fvar', 'gvar', 'avar'],
]);

/** Whether a table is one that drawing and naming need. */
export const isWantedTable = (tag: string): boolean => wantedTables.has(tag);

/** A table as a directory describes it. */
interface TableEntry {
  readonly tag: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads the table directory of a TrueType or OpenType font.
 *
 * @param bytes the whole file: offsets count from its start, even within a collection
 * @param start where the font's directory begins
 * @param file the file's name, for messages
 * @throws FontError when the directory or a wanted table does not lie within the file
 */
export function readSfnt(bytes: Uint8Array, start: number, file: string): SfntTables {
  const view = viewOf(bytes);
  const count = start + 12 <= bytes.length ? view.getUint16(start + 4) : 0;
  if (count === 0 || start + 12 + 16 * count > bytes.length) {
    throw unusableFont({
      file,
      expected: 'a directory of tables within the file',
      received: count === 0 ? 'none' : `one of ${count} tables in ${bytes.length} bytes`,
    });
  }
  const tables = new Map<string, Uint8Array>();
  for (let place = 0; place < count; place++) {
    const at = start + 12 + 16 * place;
    const entry = {
      tag: tagAt(bytes, at),
      offset: view.getUint32(at + 8),
      length: view.getUint32(at + 12),
    };
    if (isWantedTable(entry.tag)) tables.set(entry.tag, tableBytes(bytes, entry, file));
  }
  return tables;
}

/** The bytes of a table, once they are known to lie within the file. */
export function tableBytes(bytes: Uint8Array, entry: TableEntry, file: string): Uint8Array {
  const { tag, offset, length } = entry;
  if (offset + length <= bytes.length) return bytes.subarray(offset, offset + length);
  throw unusableFont({
    file,
    expected: `table ${tag.trim()} within the file's ${bytes.length} bytes`,
    received: `${length} bytes from ${offset} on`,
  });
}

/**
 * Reads one font of a collection (TTC, OTC).
 *
 * @param index which one, from 0
 * @throws FontError when there is no such font in it
 */
export function readCollection(bytes: Uint8Array, index: number, file: string): SfntTables {
  const view = viewOf(bytes);
  const count = bytes.length >= 12 ? view.getUint32(8) : 0;
  if (count === 0 || 12 + 4 * count > bytes.length) {
    throw unusableFont({
      file,
      expected: 'a collection with a list of its fonts',
      received: `${count} fonts in ${bytes.length} bytes`,
    });
  }
  if (index >= count) {
    throw unusableFont({
      file,
      expected: `an index from 0 to ${count - 1} (the collection has ${count} fonts)`,
      received: String(index),
      next: 'Choose another index.',
    });
  }
  return readSfnt(bytes, view.getUint32(12 + 4 * index), file);
}

/**
 * Puts tables together as a font file in memory: directory, then the tables on multiples of four.
 *
 * @param isCff whether the outlines are in a `CFF ` table
 */
export function writeSfnt(tables: SfntTables, isCff: boolean): Uint8Array<ArrayBuffer> {
  const entries = [...tables].sort(([a], [b]) => (a < b ? -1 : 1));
  const head = 12 + 16 * entries.length;
  const total = entries.reduce((sum, [, table]) => sum + padded(table.length), head);
  if (total > maxFontBytes + head) throw new RangeError(`${total} bytes of tables`);
  const bytes = new Uint8Array(total);
  const view = viewOf(bytes);
  view.setUint32(0, isCff ? 0x4f54544f : 0x00010000);
  view.setUint16(4, entries.length);
  let offset = head;
  for (const [place, [tag, table]] of entries.entries()) {
    const at = 12 + 16 * place;
    bytes.set(Buffer.from(tag, 'latin1'), at);
    view.setUint32(at + 8, offset);
    view.setUint32(at + 12, table.length);
    bytes.set(table, offset);
    offset += padded(table.length);
  }
  return bytes;
}

const padded = (length: number): number => (length + 3) & ~3;
