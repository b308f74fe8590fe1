import wawoff2 from 'wawoff2';
import { unusableFont, maxFontBytes, viewOf } from './unusableFont.ts';
import { tooLarge } from './woffTables.ts';

const headerBytes = 48;

/** One at a time: the result is a view of memory that the next call writes to. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Unpacks a woff2 file to the font file that it was made from.
 *
 * @throws FontError when it is cut off, damaged or would be too large
 */
export function unpackWoff2(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  const result = turn.then(() => decompress(bytes, file));
  turn = result.catch(() => undefined);
  return result;
}

async function decompress(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  if (bytes.length < headerBytes) {
    throw unusableFont({
      file,
      expected: `a woff2 header of ${headerBytes} bytes`,
      received: `${bytes.length} bytes`,
    });
  }
  const view = viewOf(bytes);
  const [length, size] = [view.getUint32(8), view.getUint32(16)];
  if (length !== bytes.length) {
    throw unusableFont({ file, expected: `${length} bytes of woff2`, received: `${bytes.length}` });
  }
  if (size > maxFontBytes) throw tooLarge(file, size);
  try {
    return Uint8Array.from(await wawoff2.decompress(bytes));
  } catch {
    throw unusableFont({
      file,
      expected: 'woff2 that can be unpacked',
      received: 'data that its decoder refuses',
    });
  }
}
