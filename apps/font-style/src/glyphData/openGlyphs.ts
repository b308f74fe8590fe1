import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { explainFileError, UserError } from '@gan-zoo/core';
import { fileBytes, memoryBytes, type ByteSource } from './byteSource.ts';
import {
  decodeIndex,
  glyphFileMark,
  indexEntryBytes,
  partCodes,
  trailerBytes,
  type GlyphIndex,
} from './glyphFile.ts';
import { headerSchema, type GlyphFont, type GlyphHeader } from './glyphHeader.ts';

/** Name of the file in a data set's folder. */
export const glyphFileName = 'glyphs.bin';

/** Which part of a data set: one to learn from, or one that training never sees. */
export type GlyphPart = 'training' | 'test';

/** A glyph by the places of its font and character in the data set's lists. */
export interface GlyphPlace {
  readonly font: number;
  readonly character: number;
}

/** A character in a style: what a translation from the source font should give. */
export interface GlyphPair {
  /** Place in `styles`; its font is `style + 1`. */
  readonly style: number;
  readonly character: number;
}

/** An open glyph data set; pictures are read when they are asked for. */
export interface GlyphDataset {
  /** The file. */
  readonly path: string;
  readonly header: GlyphHeader;
  /** Side of the pictures in pixels. */
  readonly imageSize: number;
  /** The source font at place 0, then the styles. */
  readonly fonts: readonly GlyphFont[];
  /** The target fonts. */
  readonly styles: readonly GlyphFont[];
  readonly characters: readonly string[];
  /** Characters by part; with `splitBy: pairs` all are of both. */
  readonly split: Readonly<Record<GlyphPart, readonly number[]>>;
  /** The part of a glyph, or undefined where the font lacks it. */
  partOf(place: GlyphPlace): GlyphPart | undefined;
  /** Advance width in ems; 0 where the font lacks the glyph. */
  advance(place: GlyphPlace): number;
  /**
   * All pairs of a part whose glyph exists in both fonts, style by style.
   *
   * @param styles places in `styles`; default all
   */
  pairs(part: GlyphPart, styles?: readonly number[]): readonly GlyphPair[];
  /**
   * Reads pictures, in the order asked for.
   *
   * Shape: [N, imageSize, imageSize], one byte each: ink is 0, paper 255.
   *
   * @throws UserError for a glyph that is not there, or when the file is damaged
   */
  read(places: readonly GlyphPlace[]): Promise<Uint8Array>;
  /** A picture as the file holds it; empty where the font lacks the glyph. */
  readPacked(place: GlyphPlace): Promise<Uint8Array>;
  /** Lets go of the file. */
  close(): Promise<void>;
}

/**
 * Opens a glyph data set.
 *
 * @param path its folder or its file
 * @throws UserError when it is not there, is no such file or is not whole
 */
export async function openGlyphs(path: string): Promise<GlyphDataset> {
  const found = await stat(path).catch(() => undefined);
  const file = found?.isDirectory() ? join(path, glyphFileName) : path;
  const handle = await open(file, 'r').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw explainFileError(error, 'read the glyphs', file);
    }
    throw new UserError(
      `glyphs: expected a data set in ${path}, received nothing there. ` +
        'Make one with the command prepare.',
    );
  });
  return openBytes(file, await fileBytes(handle));
}

/**
 * Opens a glyph data set in memory.
 *
 * @param name of the data set in messages
 * @throws UserError when the bytes are none, or are not whole
 */
export const decodeGlyphs = (bytes: Uint8Array, name: string): Promise<GlyphDataset> =>
  openBytes(name, memoryBytes(bytes));

async function openBytes(file: string, bytes: ByteSource): Promise<GlyphDataset> {
  try {
    return createDataset(file, bytes, await readEnd(bytes, file));
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

interface FileEnd {
  readonly header: GlyphHeader;
  readonly characters: readonly string[];
  readonly index: GlyphIndex;
  /** Where each packed picture begins. */
  readonly offsets: Float64Array;
}

async function readEnd(bytes: ByteSource, file: string): Promise<FileEnd> {
  const { size } = bytes;
  const trailer = await bytes.read(Math.max(0, size - trailerBytes), trailerBytes);
  const jsonBytes = trailer.length === trailerBytes ? Number(trailer.readBigUInt64LE(0)) : size;
  const isOurs = trailer.subarray(8).equals(glyphFileMark) && jsonBytes <= size - trailerBytes;
  if (!isOurs) throw damaged(file, 'a whole file of glyphs', 'another or a shortened one');
  const jsonStart = size - trailerBytes - jsonBytes;
  const header = parseHeader(await bytes.read(jsonStart, jsonBytes), file);
  const characters = [...header.characters];
  const indexBytes = header.fonts.length * characters.length * indexEntryBytes;
  const start = jsonStart - indexBytes;
  if (start < 0) throw damaged(file, `an index of ${indexBytes} bytes`, `${jsonStart}`);
  const index = decodeIndex(await bytes.read(start, indexBytes));
  const offsets = new Float64Array(index.lengths.length);
  let offset = 0;
  for (const [place, length] of index.lengths.entries()) {
    offsets[place] = offset;
    offset += length;
  }
  if (offset !== start) throw damaged(file, `${offset} bytes of pictures`, `${start}`);
  return { header, characters, index, offsets };
}

function parseHeader(json: Buffer, file: string): GlyphHeader {
  try {
    return headerSchema.parse(JSON.parse(json.toString('utf8')));
  } catch {
    throw damaged(file, 'a description of the glyphs', 'one that cannot be read');
  }
}

function damaged(file: string, expected: string, received: string): UserError {
  return new UserError(
    `glyphs: expected ${file} to hold ${expected}, received ${received}. ` +
      'Make the data set again with the command prepare.',
  );
}

function createDataset(file: string, bytes: ByteSource, end: FileEnd): GlyphDataset {
  const { header, characters, index } = end;
  const { imageSize, fonts } = header;
  const partOf = (place: GlyphPlace): GlyphPart | undefined => {
    const code = index.parts[entryOf(end, place)];
    if (code === partCodes.training) return 'training';
    return code === partCodes.test ? 'test' : undefined;
  };
  const places = characters.map((_, character) => character);
  const styles = fonts.slice(1);
  const having = (part: GlyphPart) => (character: number) =>
    header.splitBy === 'pairs' || partOf({ font: 0, character }) === part;
  return {
    ...{ path: file, header, imageSize, fonts, styles, characters, partOf },
    split: { training: places.filter(having('training')), test: places.filter(having('test')) },
    advance: (place) => index.advances[entryOf(end, place)] ?? 0,
    pairs: (part, chosen = [...styles.keys()]) =>
      chosen.flatMap((style) =>
        places
          .filter((character) => partOf({ font: style + 1, character }) === part)
          .map((character) => ({ style, character })),
      ),
    read: async (wanted) => {
      const size = imageSize ** 2;
      const pixels = new Uint8Array(wanted.length * size);
      const readOne = (place: GlyphPlace, image: number) =>
        readPicture(bytes, file, end, place, pixels.subarray(image * size, (image + 1) * size));
      await Promise.all(wanted.map(readOne));
      return pixels;
    },
    readPacked: (place) => readPacked(bytes, end, entryOf(end, place)),
    close: () => bytes.close(),
  };
}

/** Place of a glyph in the index; -1 where there is none. */
function entryOf({ header, characters }: FileEnd, { font, character }: GlyphPlace): number {
  const isFont = font >= 0 && font < header.fonts.length;
  const isCharacter = character >= 0 && character < characters.length;
  return isFont && isCharacter ? font * characters.length + character : -1;
}

async function readPacked(
  bytes: ByteSource,
  { index, offsets }: FileEnd,
  entry: number,
): Promise<Buffer> {
  return bytes.read(offsets[entry] ?? 0, index.lengths[entry] ?? 0);
}

async function readPicture(
  bytes: ByteSource,
  file: string,
  end: FileEnd,
  place: GlyphPlace,
  target: Uint8Array,
): Promise<void> {
  const entry = entryOf(end, place);
  const length = end.index.lengths[entry] ?? 0;
  if (length === 0) {
    throw new UserError(
      `glyphs: expected font ${place.font} of ${end.header.fonts.length} to have character ` +
        `${place.character} of ${end.characters.length}, received a place without a glyph ` +
        `in ${file}.`,
    );
  }
  const packed = await readPacked(bytes, end, entry);
  let pixels: Uint8Array | undefined;
  try {
    pixels = inflateRawSync(packed, { maxOutputLength: target.length });
  } catch {
    // Said below, with those that unpack to too little.
  }
  if (pixels?.length !== target.length) {
    throw damaged(file, 'the picture of a glyph', 'bytes that cannot be unpacked');
  }
  target.set(pixels);
}
