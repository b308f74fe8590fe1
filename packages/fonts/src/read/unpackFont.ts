import { readCollection, readSfnt, type SfntTables } from './sfntTables.ts';
import { unusableFont, printableTag, tagAt } from './unusableFont.ts';
import { unpackWoff2 } from './woff2Bytes.ts';
import { readWoff } from './woffTables.ts';

/**
 * Finds the tables of a font in whatever it is wrapped: TTF, OTF, woff, woff2, or a collection.
 *
 * @param bytes content of the file
 * @param index which font of a collection, from 0; other files have only font 0
 * @param file the file's name, for messages
 * @throws FontError when it is none of these or its directory is damaged
 */
export async function unpackFont(
  bytes: Uint8Array,
  index: number,
  file: string,
): Promise<SfntTables> {
  switch (tagAt(bytes, 0)) {
    case 'ttcf':
      return readCollection(bytes, index, file);
    case 'wOFF':
      return readWoff(bytes, file);
    case 'wOF2': {
      const unpacked = await unpackWoff2(bytes, file);
      const isCollection = tagAt(unpacked, 0) === 'ttcf';
      return isCollection ? readCollection(unpacked, index, file) : readSfnt(unpacked, 0, file);
    }
    case '\0\x01\0\0':
    case 'OTTO':
    case 'true':
      return readSfnt(bytes, 0, file);
    default:
      throw unusableFont({
        file,
        expected: 'a TTF, OTF, TTC, woff or woff2 file',
        received:
          bytes.length < 4 ? `${bytes.length} bytes` : `one that begins ${printableTag(bytes)}`,
        next: 'Give another file, or get this one again.',
      });
  }
}
