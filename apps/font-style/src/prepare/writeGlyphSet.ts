import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFileError, writeFileAtomically } from '@gan-zoo/core';
import {
  glyphFileName,
  writeGlyphFile,
  type GlyphFont,
  type GlyphHeader,
  type GlyphIndex,
  type PackedGlyph,
} from '../glyphData/index.ts';
import { partCodes } from '../glyphData/glyphFile.ts';

/** What is known of a font before its glyphs are counted. */
export type FontFacts = Omit<GlyphFont, 'glyphs' | 'training' | 'test'>;

/** A data set to be written. */
export interface GlyphSet {
  readonly characters: readonly string[];
  /** For each font, the source first, its glyphs by character; undefined where it has none. */
  readonly fonts: AsyncIterable<readonly (PackedGlyph | undefined)[]>;
  /** One for each font; read after the last of them. */
  readonly facts: readonly FontFacts[];
  /** Sets the parts of the index. */
  readonly split: (index: GlyphIndex) => void;
  readonly about: Pick<
    GlyphHeader,
    'imageSize' | 'layout' | 'seed' | 'splitBy' | 'testShare' | 'recipe'
  >;
}

/**
 * Writes a data set: `glyphs.bin` for `openGlyphs` and `manifest.json` for people.
 *
 * @param out absolute path of the folder; made if missing
 * @throws UserError when it cannot be written
 */
export async function writeGlyphSet(out: string, set: GlyphSet): Promise<GlyphHeader> {
  const { characters, fonts, split } = set;
  await mkdir(out, { recursive: true }).catch((error: unknown) => {
    throw explainFileError(error, 'create the folder', out);
  });
  const finish = (index: GlyphIndex) => {
    split(index);
    return describe(index, set);
  };
  const content = { characterCount: characters.length, fonts, finish };
  const header = await writeGlyphFile(join(out, glyphFileName), content);
  const manifest = `${JSON.stringify(header, null, 2)}\n`;
  await writeFileAtomically(join(out, 'manifest.json'), manifest, 'the manifest');
  return header;
}

function describe(
  index: GlyphIndex,
  { characters, facts, about: { recipe, ...about } }: GlyphSet,
): Omit<GlyphHeader, 'fingerprint'> {
  const count = characters.length;
  const fonts = facts.map((font, place) => {
    const parts = index.parts.subarray(place * count, (place + 1) * count);
    const training = parts.filter((part) => part === partCodes.training).length;
    const test = parts.filter((part) => part === partCodes.test).length;
    return { ...font, glyphs: training + test, training, test };
  });
  const format = 'gan-zoo glyphs 1';
  return { format, ...about, fonts, characters: characters.join(''), recipe };
}
