import { createCanvas, ImageData, type SKRSContext2D } from '@napi-rs/canvas';
import { UserError, type PixelImage } from '@gan-zoo/core';
import { glyphSheet, type GlyphSheet, type PictureFont } from './glyphSheet.ts';
import { layoutText } from './layoutText.ts';

/** What {@link specimenPage} draws. */
export interface SpecimenPageOptions {
  readonly font: PictureFont;
  /** Lines of text; long ones are broken. */
  readonly text: string;
  /** Width of the page in pixels; default 1200. */
  readonly width?: number | undefined;
  /** Size of the letters in pixels per em; default: that of the pictures. */
  readonly pixelsPerEm?: number | undefined;
}

/** A page of text. */
export interface SpecimenPage {
  /** Grey, ink 0 on paper 255. */
  readonly image: PixelImage;
  /** Characters of the text without a picture; boxes stand for them. */
  readonly missing: readonly string[];
}

/** Margin around the text, distance of lines and its part above the baseline, in ems. */
const [margin, lineHeight, above] = [0.5, 1.3, 0.95];

/** Pixels of a page at most: what canvases can hold. */
const mostPixels = 2 ** 26;

/**
 * Sets a text in pictures of glyphs.
 *
 * @throws UserError when a page would be too large or too narrow for one character
 */
export function specimenPage(options: SpecimenPageOptions): SpecimenPage {
  const { font, text, width = 1200 } = options;
  const { pixelsPerEm = font.placement.pixelsPerEm } = options;
  const sheet = glyphSheet(font);
  const layout = layoutText(text, sheet.advanceOf, width / pixelsPerEm - 2 * margin);
  const height = Math.ceil((layout.lines * lineHeight + 2 * margin) * pixelsPerEm);
  assertSize(width, height, pixelsPerEm);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  // Pictures overlap; ink stays ink.
  context.globalCompositeOperation = 'multiply';
  const draw = createPen(context, sheet, font, pixelsPerEm);
  const missing = new Set<string>();
  for (const { character, x, line } of layout.placed) {
    const baseline = (margin + line * lineHeight + above) * pixelsPerEm;
    const isDrawn = draw(character, (margin + x) * pixelsPerEm, baseline);
    if (!isDrawn) missing.add(character);
  }
  const rgba = canvas.data();
  const data = Uint8Array.from({ length: width * height }, (_, pixel) => rgba[4 * pixel]!);
  return { image: { width, height, channels: 1, data }, missing: [...missing] };
}

/** Returns what draws a character at its origin, and says whether it has a picture. */
function createPen(
  context: SKRSContext2D,
  { glyphs, advanceOf }: GlyphSheet,
  { placement }: PictureFont,
  pixelsPerEm: number,
): (character: string, x: number, baseline: number) => boolean {
  const { imageSize } = placement;
  const scale = pixelsPerEm / placement.pixelsPerEm;
  const stamps = new Map<string, ReturnType<typeof stampOf>>();
  return (character, x, baseline) => {
    const glyph = glyphs.get(character);
    if (glyph === undefined) {
      const room = advanceOf(character) * pixelsPerEm;
      context.strokeStyle = '#999';
      context.strokeRect(x + 2, baseline - 0.7 * pixelsPerEm, room - 4, 0.7 * pixelsPerEm);
      return false;
    }
    const stamp = stamps.get(character) ?? stampOf(glyph.pixels, imageSize);
    stamps.set(character, stamp);
    const [left, top] = [x - glyph.left * scale, baseline - placement.baseline * scale];
    context.drawImage(stamp, left, top, imageSize * scale, imageSize * scale);
    return true;
  };
}

function stampOf(pixels: Uint8Array, imageSize: number) {
  const rgba = new Uint8ClampedArray(4 * pixels.length).fill(255);
  for (const [pixel, level] of pixels.entries()) rgba.fill(level, 4 * pixel, 4 * pixel + 3);
  const stamp = createCanvas(imageSize, imageSize);
  stamp.getContext('2d').putImageData(new ImageData(rgba, imageSize, imageSize), 0, 0);
  return stamp;
}

function assertSize(width: number, height: number, pixelsPerEm: number): void {
  if (width >= (1 + 2 * margin) * pixelsPerEm && width * height <= mostPixels) return;
  throw new UserError(
    `specimen: expected a page at least ${Math.ceil((1 + 2 * margin) * pixelsPerEm)} px wide of at ` +
      `most ${mostPixels} pixels, received ${width}×${height} px. Choose another width, smaller ` +
      `letters or a shorter text.`,
  );
}
