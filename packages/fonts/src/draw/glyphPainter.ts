import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { Outline } from '../outline.ts';
import type { GlyphPlacement } from './placeFont.ts';

/** Draws outlines as pictures. */
export interface GlyphPainter {
  /**
   * Draws one glyph.
   *
   * @returns grey levels in rows, `imageSize * imageSize` bytes: ink is 0, paper 255
   */
  draw(outline: Outline, placement: GlyphPlacement): Uint8Array;
}

/**
 * Makes a painter, which keeps its canvas between glyphs.
 *
 * @param imageSize side of the pictures in pixels; that of every placement
 */
export function createGlyphPainter(imageSize: number): GlyphPainter {
  const canvas = createCanvas(imageSize, imageSize);
  const context = canvas.getContext('2d');
  return {
    draw: (outline, placement) => {
      context.fillStyle = '#fff';
      context.fillRect(0, 0, imageSize, imageSize);
      context.fillStyle = '#000';
      tracePath(context, outline, placement);
      context.fill('nonzero');
      const rgba = canvas.data();
      const grey = new Uint8Array(imageSize * imageSize);
      for (let pixel = 0; pixel < grey.length; pixel++) grey[pixel] = rgba[4 * pixel]!;
      return grey;
    },
  };
}

function tracePath(context: SKRSContext2D, outline: Outline, placement: GlyphPlacement): void {
  const { commands, advanceWidth, unitsPerEm } = outline;
  const { pixelsPerEm, baseline, origin, shift, imageSize } = placement;
  const scale = pixelsPerEm / unitsPerEm;
  const left = shift + (origin === 'centred' ? (imageSize - advanceWidth * scale) / 2 : origin);
  const x = (units: number): number => left + units * scale;
  const y = (units: number): number => baseline - units * scale;
  context.beginPath();
  for (const to of commands) {
    if (to.type === 'M') context.moveTo(x(to.x), y(to.y));
    else if (to.type === 'L') context.lineTo(x(to.x), y(to.y));
    else if (to.type === 'Q') context.quadraticCurveTo(x(to.x1), y(to.y1), x(to.x), y(to.y));
    else if (to.type === 'Z') context.closePath();
    else context.bezierCurveTo(x(to.x1), y(to.y1), x(to.x2), y(to.y2), x(to.x), y(to.y));
  }
}
