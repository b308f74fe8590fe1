import {
  glyphWidth,
  inkThreshold,
  isFullWidth,
  type GlyphPicture,
  type GlyphPlacement,
} from '@gan-zoo/fonts';

/** Pictures to set text with, all with the same placement. */
export interface PictureFont {
  readonly glyphs: readonly GlyphPicture[];
  readonly placement: GlyphPlacement;
  /** Advance width of the space in ems; default .3. */
  readonly spaceAdvance?: number | undefined;
}

/** A picture that can be set. */
export interface SheetGlyph {
  readonly pixels: Uint8Array;
  /** In ems. */
  readonly advance: number;
  /** Pixels from the picture's left to the glyph's origin. */
  readonly left: number;
}

/** Pictures by character, and the room that every character takes. */
export interface GlyphSheet {
  readonly glyphs: ReadonlyMap<string, SheetGlyph>;
  /** In ems; characters without a picture take as much as usual. */
  readonly advanceOf: (character: string) => number;
}

/** Room of a box for a missing character that is not of full width, in ems. */
const missingAdvance = 0.5;

/** Prepares pictures for setting text, with the same widths that `exportFont` gives them. */
export function glyphSheet({ glyphs, placement, spaceAdvance = 0.3 }: PictureFont): GlyphSheet {
  const sheet = new Map(
    glyphs.map(({ codepoint, pixels, advance }) => {
      const ink = inkColumns(pixels, placement.imageSize);
      const width = glyphWidth({ codepoint, advance, placement, ink });
      return [String.fromCodePoint(codepoint), { pixels, ...width }];
    }),
  );
  return {
    glyphs: sheet,
    advanceOf: (character) => {
      if (character === '\u3000') return 1;
      if (character.trim() === '') return spaceAdvance;
      const standIn = isFullWidth(character.codePointAt(0)!) ? 1 : missingAdvance;
      return sheet.get(character)?.advance ?? standIn;
    },
  };
}

/** The columns from the first with ink to the end of the last. */
function inkColumns(pixels: Uint8Array, imageSize: number): readonly [number, number] {
  let [from, to] = [imageSize, 0];
  for (const [at, level] of pixels.entries()) {
    if (level >= inkThreshold) continue;
    from = Math.min(from, at % imageSize);
    to = Math.max(to, (at % imageSize) + 1);
  }
  return from < to ? [from, to] : [0, 0];
}
