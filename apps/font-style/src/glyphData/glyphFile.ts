import { createHash } from 'node:crypto';
import { writeFileAtomically } from '@gan-zoo/core';
import type { GlyphHeader } from './glyphHeader.ts';

/**
 * A glyph file is the pictures one after the other, each packed with deflate; then, for every font
 * and within it every character: the packed length (uint32), the advance width in ems (float32)
 * and the part (uint8), each as one array in little-endian order; then the header as JSON; then 16
 * bytes: the header's length as a 64-bit number and this mark.
 */
export const glyphFileMark = Buffer.from('GZGLYPH1', 'latin1');

/** Bytes after the header. */
export const trailerBytes = 16;

/** Bytes of the index per font and character. */
export const indexEntryBytes = 9;

/** What the index says about a font and a character. */
export const partCodes = { absent: 0, training: 1, test: 2 } as const;

/** One packed picture, ready for the file. */
export interface PackedGlyph {
  readonly bytes: Uint8Array;
  /** In ems. */
  readonly advance: number;
}

/** The index while a file is written: one entry for every font and character. */
export interface GlyphIndex {
  readonly lengths: Uint32Array;
  readonly advances: Float32Array;
  readonly parts: Uint8Array;
}

/** An index of the given number of entries, all absent. */
export const emptyIndex = (entries: number): GlyphIndex => ({
  lengths: new Uint32Array(entries),
  advances: new Float32Array(entries),
  parts: new Uint8Array(entries),
});

/** What a glyph file is made of. */
export interface GlyphFileContent {
  /** Glyphs of every font. */
  readonly characterCount: number;
  /** For each font its glyphs, undefined where it has none. */
  readonly fonts: AsyncIterable<readonly (PackedGlyph | undefined)[]>;
  /** Called after the last font; sets the parts of the index and returns the header. */
  readonly finish: (index: GlyphIndex) => Omit<GlyphHeader, 'fingerprint'>;
}

/**
 * Writes a glyph file, font by font, so that only one font's packed pictures are in memory.
 *
 * @param path the file; its folder exists
 * @throws UserError when the file cannot be written
 */
export async function writeGlyphFile(
  path: string,
  content: GlyphFileContent,
): Promise<GlyphHeader> {
  const written: GlyphHeader[] = [];
  const pieces = glyphFilePieces(content, (header) => written.push(header));
  await writeFileAtomically(path, pieces, 'the glyphs');
  return written[0]!;
}

/** A glyph file in memory. */
export async function encodeGlyphFile(content: GlyphFileContent): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of glyphFilePieces(content, () => undefined)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* glyphFilePieces(
  { characterCount, fonts, finish }: GlyphFileContent,
  onHeader: (header: GlyphHeader) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  const lists: (readonly [length: number, advance: number])[] = [];
  for await (const glyphs of fonts) {
    for (let place = 0; place < characterCount; place++) {
      const glyph = glyphs[place];
      lists.push([glyph?.bytes.length ?? 0, glyph?.advance ?? 0]);
      if (glyph === undefined || glyph.bytes.length === 0) continue;
      hash.update(glyph.bytes);
      yield glyph.bytes;
    }
  }
  const index = emptyIndex(lists.length);
  for (const [at, [length, advance]] of lists.entries()) {
    index.lengths[at] = length;
    index.advances[at] = advance;
  }
  const described = finish(index);
  const indexBytes = encodeIndex(index);
  const header = { ...described, fingerprint: hash.update(indexBytes).digest('hex') };
  onHeader(header);
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  yield Buffer.concat([indexBytes, json, length, glyphFileMark]);
}

function encodeIndex({ lengths, advances, parts }: GlyphIndex): Buffer {
  const bytes = Buffer.alloc(lengths.length * indexEntryBytes);
  lengths.forEach((length, place) => bytes.writeUInt32LE(length, 4 * place));
  const second = 4 * lengths.length;
  advances.forEach((advance, place) => bytes.writeFloatLE(advance, second + 4 * place));
  bytes.set(parts, 2 * second);
  return bytes;
}

/** The inverse of what {@link writeGlyphFile} does with its index. */
export function decodeIndex(bytes: Buffer): GlyphIndex {
  const index = emptyIndex(bytes.length / indexEntryBytes);
  const entries = index.lengths.length;
  for (let place = 0; place < entries; place++) {
    index.lengths[place] = bytes.readUInt32LE(4 * place);
    index.advances[place] = bytes.readFloatLE(4 * (entries + place));
  }
  index.parts.set(bytes.subarray(8 * entries));
  return index;
}
