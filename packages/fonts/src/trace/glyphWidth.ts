/** White on both sides of a glyph whose advance width is not known, in ems. */
const bearing = 0.06;

const fullWidth =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;

/** Whether a character takes a whole em, as those of Chinese, Japanese and Korean do. */
export const isFullWidth = (codepoint: number): boolean =>
  fullWidth.test(String.fromCodePoint(codepoint));

/** Where a glyph stands in its picture, and how much room it takes. */
export interface GlyphWidth {
  /** Distance to the next glyph's origin, in ems. */
  readonly advance: number;
  /** Pixels from the picture's left to the glyph's origin. */
  readonly left: number;
}

/** What {@link glyphWidth} goes by. */
export interface GlyphWidthOptions {
  readonly codepoint: number;
  /** In ems, where it is known. */
  readonly advance?: number | undefined;
  /** Where the glyphs stand in their pictures, as `GlyphPlacement` has it. */
  readonly placement: {
    readonly imageSize: number;
    readonly pixelsPerEm: number;
    readonly origin: number | 'centred';
    readonly shift: number;
  };
  /** Columns of the picture in which there is ink, from … to. */
  readonly ink: readonly [from: number, to: number];
}

/**
 * Decides on the room of a glyph: its known advance width; else one em for characters of full width;
 * else its ink with a little white on both sides.
 */
export function glyphWidth({ codepoint, advance, placement, ink }: GlyphWidthOptions): GlyphWidth {
  const { imageSize, pixelsPerEm, origin, shift } = placement;
  const known = advance ?? (isFullWidth(codepoint) ? 1 : undefined);
  if (known !== undefined) {
    const start = origin === 'centred' ? (imageSize - known * pixelsPerEm) / 2 : origin;
    return { advance: known, left: shift + start };
  }
  const white = bearing * pixelsPerEm;
  const left = origin === 'centred' ? ink[0] - white : origin + shift;
  return { advance: Math.max(0, (ink[1] + white - left) / pixelsPerEm), left };
}
