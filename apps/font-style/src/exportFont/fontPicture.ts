import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import { UserError, type PixelImage } from '@gan-zoo/core';
import { layoutText, type TextLayout } from '../specimen/layoutText.ts';

/** What {@link fontPicture} shows. */
export interface FontPictureOptions {
  /** Bytes of an `.otf` file. */
  readonly font: Uint8Array;
  readonly text: string;
  /** Characters of the font, shown small in a block; the first {@link mostShown}. */
  readonly characters: readonly string[];
}

/** Width of the picture and its margins, in pixels. */
const [width, margin] = [1200, 32];
/** Sizes of the text and of the block, in pixels per em. */
const [sizes, blockSize] = [[96, 40], 30] as const;
/** A line takes so many ems, of which so many are above the baseline. */
const [lineHeight, above] = [1.3, 0.95];
/** Characters that the block has at most. */
const mostShown = 600;
/** Lines of text that are shown at most at one size. */
const mostLines = 8;

let registered = 0;

/**
 * Draws a text and the characters of a font with FreeType.
 *
 * @throws UserError when FreeType refuses the font
 */
export function fontPicture({ font, text, characters }: FontPictureOptions): PixelImage {
  const family = `exported-font-${registered++}`;
  const key = GlobalFonts.register(Buffer.from(font), family);
  if (key === null) {
    throw new UserError(
      'export-font: expected a font that FreeType reads, received one it refuses.',
    );
  }
  try {
    const pen = createCanvas(1, 1).getContext('2d');
    const block = characters.slice(0, mostShown).join('');
    const parts = [...sizes.map((size) => ({ size, text })), { size: blockSize, text: block }];
    const layouts = parts.map(({ size, text: part }) => ({
      size,
      layout: layOut(part, size, family, pen),
    }));
    return drawLayouts(layouts, family);
  } finally {
    GlobalFonts.remove(key);
  }
}

function layOut(text: string, size: number, family: string, pen: SKRSContext2D): TextLayout {
  pen.font = `100px ${family}`;
  const advanceOf = (character: string): number => pen.measureText(character).width / 100;
  const layout = layoutText(text, advanceOf, (width - 2 * margin) / size);
  if (size === blockSize) return layout;
  const lines = Math.min(mostLines, layout.lines);
  return { lines, placed: layout.placed.filter(({ line }) => line < lines) };
}

interface SizedLayout {
  readonly size: number;
  readonly layout: TextLayout;
}

function drawLayouts(layouts: readonly SizedLayout[], family: string): PixelImage {
  const heightOf = ({ size, layout }: SizedLayout): number => layout.lines * lineHeight * size;
  const height = layouts.reduce((sum, part) => sum + heightOf(part) + margin, margin);
  const canvas = createCanvas(width, Math.ceil(height));
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, canvas.height);
  context.fillStyle = '#000';
  let top = margin;
  for (const part of layouts) {
    const { size, layout } = part;
    context.font = `${size}px ${family}`;
    for (const { character, x, line } of layout.placed) {
      context.fillText(character, margin + x * size, top + (line * lineHeight + above) * size);
    }
    top += heightOf(part) + margin;
  }
  const rgba = canvas.data();
  const data = Uint8Array.from({ length: rgba.length / 4 }, (_, pixel) => rgba[4 * pixel]!);
  return { width, height: canvas.height, channels: 1, data };
}
