import type { Outline } from '../outline.ts';
import type { Font } from '../read/openFonts.ts';
import { outlineBox, type OutlineBox } from './outlineBox.ts';

/** How glyphs stand in their pictures. */
export const layoutNames = ['em', 'published'] as const;

/** `em`: one box for all characters of a font, centred. `published`: as published studies draw them. */
export type LayoutName = (typeof layoutNames)[number];

/**
 * Where all glyphs of one font stand in their pictures. Nothing depends on the single glyph, so
 * sizes and heights keep their relations, and a picture can be put back into a font: a pixel is
 * `1 / pixelsPerEm` ems, its height above the baseline `(baseline - y) / pixelsPerEm`.
 */
export interface GlyphPlacement {
  /** Side of the picture in pixels. */
  readonly imageSize: number;
  readonly pixelsPerEm: number;
  /** Pixels from the top to the baseline. */
  readonly baseline: number;
  /** Pixels from the left to the glyph's origin; `centred`: its advance width is centred. */
  readonly origin: number | 'centred';
  /** Pixels by which all glyphs are moved to the right of that. */
  readonly shift: number;
}

/** Most characters that are looked at to place a font. */
const sampleCount = 500;
/** The em's share of the picture where nothing forces it to be smaller. */
const emShare = 0.9;
/** Share of characters at each end that may be cut off, where there are enough to have odd ones. */
const oddShare = 0.02;
const leastForOdd = 100;
/** What stays white around the glyphs, as a share of the picture. */
const marginShare = 1 / 48;

/**
 * Places a font.
 *
 * - `published`: 150 px per em in 256, the line's top left corner at (20, 20).
 * - `em`: the em takes 9/10 of the picture, less if the characters' ink would not fit; glyphs are
 *   centred by their advance widths; baseline and shift are such that the ink of all characters
 *   together is centred. Of 100 characters or more, the oddest (one in fifty on each side) are
 *   left out of account.
 *
 * @param codepoints the characters that will be drawn
 * @param imageSize side of the pictures in pixels
 */
export function placeFont(
  font: Font,
  layout: LayoutName,
  codepoints: readonly number[],
  imageSize: number,
): GlyphPlacement {
  if (layout === 'published') {
    const pixelsPerEm = (imageSize * 150) / 256;
    const offset = (imageSize * 20) / 256;
    const { ascender, unitsPerEm } = font.metrics;
    const baseline = offset + (pixelsPerEm * ascender) / unitsPerEm;
    return { imageSize, pixelsPerEm, baseline, origin: offset, shift: 0 };
  }
  const { bottom, top, left, right } = inkOf(sampleOutlines(font, codepoints));
  const room = imageSize * (1 - 2 * marginShare);
  const pixelsPerEm = Math.min(
    imageSize * emShare,
    room / Math.max(top - bottom, 1e-3),
    room / Math.max(right - left, 1e-3),
  );
  const baseline = imageSize / 2 + (pixelsPerEm * (top + bottom)) / 2;
  const shift = (-pixelsPerEm * (left + right)) / 2;
  return { imageSize, pixelsPerEm, baseline, origin: 'centred', shift };
}

function sampleOutlines(font: Font, codepoints: readonly number[]): readonly Outline[] {
  const every = Math.max(1, Math.floor(codepoints.length / sampleCount));
  return codepoints
    .filter((_, place) => place % every === 0)
    .map((codepoint) => font.outline(codepoint))
    .filter((outline) => typeof outline !== 'string');
}

/**
 * Extent of the characters' ink in ems, upwards of the baseline and to the right of the middle of
 * their advance widths; an em's usual box where there is none.
 */
function inkOf(outlines: readonly Outline[]): OutlineBox {
  const boxes = outlines.flatMap((outline) => {
    const box = outlineBox(outline);
    if (box === undefined) return [];
    const middle = outline.advanceWidth / outline.unitsPerEm / 2;
    return [{ ...box, left: box.left - middle, right: box.right - middle }];
  });
  if (boxes.length === 0) return { bottom: -0.12, top: 0.88, left: -0.5, right: 0.5 };
  const odd = boxes.length < leastForOdd ? 0 : oddShare;
  const extreme = (side: keyof OutlineBox, share: number): number =>
    quantile(
      boxes.map((box) => box[side]),
      share,
    );
  return {
    bottom: extreme('bottom', odd),
    top: extreme('top', 1 - odd),
    left: extreme('left', odd),
    right: extreme('right', 1 - odd),
  };
}

function quantile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.round(share * (values.length - 1))]!;
}
