import { describe, expect, it } from 'vitest';
import type { GlyphDataset, GlyphPlace } from '../glyphData/index.ts';
import type { Settings } from '../settings.ts';
import type { GlyphDrawer } from './glyphDrawer.ts';
import type { TrainedStyle } from './loadStyles.ts';
import { stylePictures } from './stylePictures.ts';

const placement = { imageSize: 4, pixelsPerEm: 3, baseline: 2, origin: 1, shift: 0 } as const;

/** Draws two pixels a side of the vector's first value. */
const drawer = {
  vectorOf: ({ place }: TrainedStyle) => Promise.resolve(Float32Array.of(place)),
  draw: (pixels: Uint8Array, [level]: Float32Array) =>
    Promise.resolve(new Uint8Array(pixels.length / 4).fill(level!)),
} as unknown as GlyphDrawer;

/** A data set of two styles, of which the second has the advance of b alone. */
const loaded = {
  config: { imageSize: 2 } as Settings,
  glyphs: {
    imageSize: 4,
    characters: ['a', 'b'],
    fonts: [{ placement }],
    advance: ({ font, character }: GlyphPlace) => (font === 2 && character === 1 ? 0.7 : 0),
  } as unknown as GlyphDataset,
};
const style = {
  place: 1,
  placement: { ...placement, imageSize: 2, baseline: 1.5 },
} as unknown as TrainedStyle;
const source = { characters: ['天', 'b', 'a'], pixels: new Uint8Array(3 * 16) };

describe('stylePictures', () => {
  it('draws a style with the advance widths that are known', async () => {
    const drawn = await stylePictures(drawer, loaded, style, source);
    expect(drawn.placement).toBe(style.placement);
    expect(drawn.glyphs).toEqual(
      [
        { codepoint: 0x5929, advance: undefined },
        { codepoint: 98, advance: 0.7 },
        { codepoint: 97, advance: undefined },
      ].map((glyph) => ({ ...glyph, pixels: new Uint8Array(4).fill(1) })),
    );
  });

  it('places what it draws of a vector as the source font', async () => {
    const drawn = await stylePictures(drawer, loaded, Float32Array.of(9), source);
    expect(drawn.glyphs.map(({ advance, pixels }) => [advance, pixels[0]])).toEqual([
      [undefined, 9],
      [undefined, 9],
      [undefined, 9],
    ]);
    expect(drawn.placement).toMatchObject({ imageSize: 2, pixelsPerEm: 1.5, baseline: 1 });
  });
});
