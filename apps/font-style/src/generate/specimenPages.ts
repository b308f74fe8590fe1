import { createCanvas } from '@napi-rs/canvas';
import type { PixelImage } from '@gan-zoo/core';
import { glyphSheet } from '../specimen/glyphSheet.ts';
import { specimenPage } from '../specimen/index.ts';
import type { DrawnStyle } from './drawStyles.ts';

/** Pages are at most so wide, and not narrower than names need. */
const [narrowest, widest] = [320, 1200];
/** Height to which a page of many characters is kept by smaller letters, as far as these allow. */
const usualHeight = 1600;
/** Pixels per em. */
const [smallestLetters, largestLetters] = [24, 96];
/** What `specimenPage` takes for a line and leaves around the text, in ems. */
const [lineHeight, margin] = [1.3, 0.5];
/** Height of a style's name above its page. */
const nameHeight = 28;

/** Sets a text in one style, or in several one below the other, each under its name. */
export function specimenPages(styles: readonly DrawnStyle[], text: string): PixelImage {
  const letters = Math.min(...styles.map(({ placement }) => placement.pixelsPerEm));
  const pixelsPerEm = letterSize(text, letters);
  const needed = Math.ceil((longestLine(styles, text) + 2 * margin) * pixelsPerEm);
  const width = Math.min(widest, Math.max(narrowest, needed));
  const pages = styles.map((font) => specimenPage({ font, text, width, pixelsPerEm }).image);
  if (pages.length === 1) return pages[0]!;
  return stacked(pages.flatMap((page, at) => [nameStrip(styles[at]!.id, width), page]));
}

/** Length in ems of the longest line in any of the styles. */
function longestLine(styles: readonly DrawnStyle[], text: string): number {
  const lines = text.split(/\r?\n/);
  const lengths = styles.flatMap((style) => {
    const { advanceOf } = glyphSheet(style);
    return lines.map((line) => [...line].reduce((sum, each) => sum + advanceOf(each), 0));
  });
  return Math.max(...lengths);
}

/** As large as the pictures allow, smaller for long texts. */
function letterSize(text: string, own: number): number {
  const fitting = Math.sqrt((widest * usualHeight) / ([...text].length * lineHeight));
  return Math.min(own, largestLetters, Math.max(smallestLetters, fitting));
}

function nameStrip(name: string, width: number): PixelImage {
  const canvas = createCanvas(width, nameHeight);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, nameHeight);
  context.fillStyle = '#666';
  context.font = '16px sans-serif';
  context.fillText(name, 12, nameHeight - 8, width - 24);
  const rgba = canvas.data();
  const data = Uint8Array.from({ length: width * nameHeight }, (_, pixel) => rgba[4 * pixel]!);
  return { width, height: nameHeight, channels: 1, data };
}

/** Grey pictures of the same width, one below the other. */
function stacked(images: readonly PixelImage[]): PixelImage {
  const data = Buffer.concat(images.map((image) => image.data));
  const height = images.reduce((sum, image) => sum + image.height, 0);
  return { width: images[0]!.width, height, channels: 1, data };
}
