import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { GlyphPlacement } from '../draw/placeFont.ts';

/** An em of 80 px in pictures of 96, glyphs from 8 px on. */
export const placement: GlyphPlacement = {
  ...{ imageSize: 96, pixelsPerEm: 80, baseline: 76, origin: 8, shift: 0 },
};

/** Draws a picture of 96×96 px with black shapes on white. */
export function drawn(draw: (context: SKRSContext2D) => void): Uint8Array {
  const canvas = createCanvas(96, 96);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 96, 96);
  context.fillStyle = '#000';
  draw(context);
  const rgba = canvas.data();
  return Uint8Array.from({ length: 96 * 96 }, (_, pixel) => rgba[4 * pixel]!);
}

/** A circle around the middle. */
export function disc(context: SKRSContext2D, radius: number): void {
  context.beginPath();
  context.arc(48, 48, radius, 0, 2 * Math.PI);
  context.fill();
}
