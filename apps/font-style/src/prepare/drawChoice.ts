import { deflateRawSync } from 'node:zlib';
import { drawFont, placeFont, type Font, type LayoutName } from '@gan-zoo/fonts';
import type { GlyphFont, PackedGlyph } from '../glyphData/index.ts';
import { openChoice, type FontChoice } from './fontChoice.ts';
import type { FontFacts } from './writeGlyphSet.ts';

/** How {@link drawChoice} works. */
export interface DrawChoiceOptions {
  /** Side of the pictures in pixels. */
  readonly imageSize: number;
  readonly layout: LayoutName;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of characters that have been looked at. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** A font's glyphs as a data set holds them. */
export interface DrawnChoice {
  readonly facts: FontFacts;
  /** One for every character; undefined where it was dropped. */
  readonly glyphs: readonly (PackedGlyph | undefined)[];
  /** Seconds of reading outlines and drawing them, and how many were drawn. */
  readonly seconds: number;
  readonly drawn: number;
}

/**
 * Opens a font and draws characters with it, placed by the layout.
 *
 * @throws FontError when the font cannot be read
 * @throws the signal's reason when it aborts
 */
export async function drawChoice(
  choice: FontChoice,
  characters: readonly string[],
  { imageSize, layout, signal, onProgress }: DrawChoiceOptions,
): Promise<DrawnChoice> {
  const font = await openChoice(choice);
  const codepoints = characters.map((character) => character.codePointAt(0)!);
  const placement = placeFont(font, layout, codepoints, imageSize);
  const options = { placement, pack: packPicture, signal, onProgress };
  const { glyphs, seconds, drawn, ...drawing } = await drawFont(font, characters, options);
  const { id, name, origin } = choice;
  const dropped = mapValues(drawing.dropped, (list) => list.join(''));
  const clipped = drawing.clipped.join('');
  const licence = licenceOf(choice, font);
  return {
    facts: { id, name, origin, licence, placement, dropped, clipped },
    glyphs: glyphs.map((glyph) => glyph && { bytes: glyph.packed, advance: glyph.advance }),
    ...{ seconds, drawn },
  };
}

/** Grey levels as glyph files hold them. */
export const packPicture = (pixels: Uint8Array): Uint8Array => deflateRawSync(pixels, { level: 3 });

const mapValues = <Key extends string, Value, Result>(
  record: Readonly<Record<Key, Value>>,
  change: (value: Value) => Result,
): Record<Key, Result> =>
  Object.fromEntries(
    Object.entries<Value>(record).map(([key, value]) => [key, change(value)]),
  ) as Record<Key, Result>;

function licenceOf({ licence, licenceFiles }: FontChoice, { names }: Font): GlyphFont['licence'] {
  return {
    ...(licence === undefined ? {} : { name: licence }),
    text: shortened(names.license, 200),
    url: names.licenseUrl,
    copyright: shortened(names.copyright, 300),
    files: [...licenceFiles],
  };
}

const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
