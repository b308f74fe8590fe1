import { createGlyphPainter } from '../draw/glyphPainter.ts';
import { placeFont, type GlyphPlacement } from '../draw/placeFont.ts';
import type { Font } from '../read/openFonts.ts';
import type { GlyphPicture } from '../trace/traceGlyph.ts';

/** Pictures of a real font's glyphs with their own advance widths. */
export interface RealGlyphs {
  readonly font: Font;
  readonly placement: GlyphPlacement;
  readonly glyphs: readonly (GlyphPicture & { readonly advance: number })[];
}

/**
 * Draws characters of a font in its own layout; each is there and can be read, or else it throws.
 *
 * @param imageSize side of the pictures in pixels
 */
export function realGlyphs(font: Font, text: string, imageSize = 96): RealGlyphs {
  const codepoints = [...text].map((character) => character.codePointAt(0)!);
  const placement = placeFont(font, 'em', codepoints, imageSize);
  const painter = createGlyphPainter(imageSize);
  const glyphs = codepoints.map((codepoint) => {
    const outline = font.outline(codepoint);
    if (typeof outline === 'string')
      throw new Error(`${font.name}: U+${codepoint.toString(16)} ${outline}`);
    const advance = outline.advanceWidth / outline.unitsPerEm;
    return { codepoint, advance, pixels: painter.draw(outline, placement) };
  });
  return { font, placement, glyphs };
}

/** Chinese characters, simple ones and dense ones. */
export const chinese =
  '天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈剑号巨阙';
