import { open } from 'node:fs/promises';
import { readCharacterMap, type CharacterMap } from './characterMap.ts';
import { explainReadError } from './explainReadError.ts';
import { readFontNames, type FontNames } from './fontNames.ts';
import { readFontMetrics, type FontMetrics } from './fontTables.ts';
import { createOutlineParser, type OutlineParser, type Variation } from './outlineParser.ts';
import { unpackFont } from './unpackFont.ts';
import { maxFontBytes } from './unusableFont.ts';
import { tooLarge } from './woffTables.ts';

/** How a font file is read. */
export interface FontFileOptions {
  /** Which font of a collection (TTC), from 0; default 0. */
  readonly index?: number | undefined;
  /** Where a variable font stands on its axes; default its own default. */
  readonly variation?: Variation | undefined;
}

/** One font file in memory: the whole of a font, or some of its characters. */
export interface FontFile {
  readonly path: string;
  readonly names: FontNames;
  readonly metrics: FontMetrics;
  readonly characters: CharacterMap;
  /** Parsed at the first call, because of many files often only a few are needed. */
  outlines(): OutlineParser;
}

/**
 * Reads a font file: TTF, OTF with CFF outlines, woff, woff2, or one font of a TTC.
 *
 * @throws FontError when it cannot be read, is none of these or is damaged
 */
export async function openFontFile(path: string, options: FontFileOptions = {}): Promise<FontFile> {
  return readFontFile(await readBounded(path), path, options);
}

/**
 * Reads the content of a font file.
 *
 * @param file its name, for messages
 * @throws FontError as {@link openFontFile}
 */
export async function readFontFile(
  bytes: Uint8Array,
  file: string,
  { index = 0, variation }: FontFileOptions = {},
): Promise<FontFile> {
  const tables = await unpackFont(bytes, index, file);
  const metrics = readFontMetrics(tables, file);
  const cmap = tables.get('cmap') ?? new Uint8Array();
  const characters = readCharacterMap(cmap, metrics.glyphCount, file);
  let parser: OutlineParser | undefined;
  return {
    ...{ path: file, metrics, characters },
    names: readFontNames(tables.get('name')),
    outlines: () => (parser ??= createOutlineParser(tables, metrics, variation, file)),
  };
}

async function readBounded(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > maxFontBytes) throw tooLarge(path, size);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explainReadError(error, path);
  }
}
