import { inflateSync } from 'node:zlib';
import { isWantedTable, tableBytes, type SfntTables } from './sfntTables.ts';
import { unusableFont, maxFontBytes, tagAt, viewOf } from './unusableFont.ts';

const headerBytes = 44;
const entryBytes = 20;

/**
 * Reads the tables of a woff file; each is packed with zlib where that saves something.
 *
 * @throws FontError when a table does not lie within the file or does not unfold to its size
 */
export function readWoff(bytes: Uint8Array, file: string): SfntTables {
  const view = viewOf(bytes);
  const count = bytes.length >= headerBytes ? view.getUint16(12) : 0;
  if (count === 0 || headerBytes + entryBytes * count > bytes.length) {
    throw unusableFont({
      file,
      expected: 'a woff directory of tables within the file',
      received: count === 0 ? 'none' : `one of ${count} tables in ${bytes.length} bytes`,
    });
  }
  const tables = new Map<string, Uint8Array>();
  let total = 0;
  for (let place = 0; place < count; place++) {
    const at = headerBytes + entryBytes * place;
    const tag = tagAt(bytes, at);
    if (!isWantedTable(tag)) continue;
    const [offset, length] = [view.getUint32(at + 4), view.getUint32(at + 8)];
    const packed = tableBytes(bytes, { tag, offset, length }, file);
    const size = view.getUint32(at + 12);
    total += size;
    if (total > maxFontBytes) throw tooLarge(file, total);
    tables.set(tag, length < size ? unfold(packed, size, tag, file) : packed);
  }
  return tables;
}

/** The error for a font whose content would not fit; said before any of it is unfolded. */
export function tooLarge(file: string, size: number): Error {
  return unusableFont({
    file,
    expected: `at most ${maxFontBytes} bytes of font`,
    received: `${size} bytes`,
  });
}

function unfold(packed: Uint8Array, size: number, tag: string, file: string): Uint8Array {
  let received = 'data that is not zlib';
  try {
    const table = inflateSync(packed, { maxOutputLength: size });
    if (table.length === size) return table;
    received = `${table.length} bytes`;
  } catch (error) {
    if (error instanceof RangeError) received = 'more';
  }
  throw unusableFont({
    file,
    expected: `table ${tag.trim()} to unfold to ${size} bytes`,
    received,
  });
}
