import { describe, expect, it } from 'vitest';
import type { Outline } from '../outline.ts';
import { readFontFile } from '../read/fontFile.ts';
import type { Font } from '../read/openFonts.ts';
import { otfBytes, type MadeGlyphs } from '../testing/madeFont.ts';
import { drawFont } from './drawFont.ts';
import { inkShare } from './glyphInk.ts';
import { createGlyphPainter } from './glyphPainter.ts';
import { placeFont, type GlyphPlacement } from './placeFont.ts';

async function madeFont(glyphs: MadeGlyphs): Promise<Font> {
  const file = await readFontFile(otfBytes(glyphs), 'made.otf');
  return {
    ...{ name: 'Made', names: file.names, metrics: file.metrics, paths: [] },
    has: (codepoint) => file.characters.has(codepoint),
    outline: (codepoint) => {
      const glyph = file.characters.get(codepoint);
      return glyph === undefined ? 'missing' : (file.outlines().outline(glyph) ?? 'broken');
    },
    notdefOutlines: () => [file.outlines().outline(0)!],
  };
}

const codes = (text: string): number[] => [...text].map((letter) => letter.codePointAt(0)!);

/** Columns and rows with ink, both ends included. */
function extent(pixels: Uint8Array, size: number) {
  const dark = [...pixels.keys()].filter((at) => pixels[at]! < 128);
  const [columns, rows] = [dark.map((at) => at % size), dark.map((at) => Math.floor(at / size))];
  return [Math.min(...columns), Math.max(...columns), Math.min(...rows), Math.max(...rows)];
}

describe('placeFont', () => {
  it('places as published: 150 px per em in 256, ascender at 20, origin at 20', async () => {
    const font = await madeFont({ A: [0, -200, 1000, 800] });
    const placement = placeFont(font, 'published', codes('A'), 256);
    expect(placement).toEqual({
      imageSize: 256,
      pixelsPerEm: 150,
      baseline: 140,
      origin: 20,
      shift: 0,
    });
    const outline = font.outline(65) as Outline;
    const pixels = createGlyphPainter(256).draw(outline, placement);
    expect(extent(pixels, 256)).toEqual([20, 169, 20, 169]);
    const half = placeFont(font, 'published', codes('A'), 128);
    expect(half).toEqual({ imageSize: 128, pixelsPerEm: 75, baseline: 70, origin: 10, shift: 0 });
  });

  it('centres the characters of a font in one em box, and keeps their relations', async () => {
    const font = await madeFont({
      A: [400, 0, 800, 800],
      g: [400, -200, 800, 500],
      '.': [400, 0, 500, 100],
    });
    const placement = placeFont(font, 'em', codes('Ag.'), 100);
    // The ink reaches from -0.2 to 0.8 em: its middle, 0.3 em up, is the middle of the picture.
    expect(placement).toMatchObject({ imageSize: 100, pixelsPerEm: 90, origin: 'centred' });
    expect(placement.baseline).toBeCloseTo(77, 6);
    // And from 0.4 to 0.8 em of an advance width of 1: its middle is 0.1 em too far right.
    expect(placement.shift).toBeCloseTo(-9, 6);
    const draw = (letter: string) =>
      extent(
        createGlyphPainter(100).draw(font.outline(codes(letter)[0]!) as Outline, placement),
        100,
      );
    expect(draw('A')).toEqual([32, 67, 5, 76]);
    expect(draw('g')).toEqual([32, 67, 32, 94]);
    expect(draw('.')).toEqual([32, 40, 68, 76]);
  });

  it('makes the em smaller where the ink would not fit', async () => {
    const font = await madeFont({ A: [0, -500, 1000, 1500] });
    const { pixelsPerEm } = placeFont(font, 'em', codes('A'), 96);
    expect(pixelsPerEm).toBeCloseTo((96 * (1 - 2 / 48)) / 2, 6);
  });
});

describe('createGlyphPainter', () => {
  const placement: GlyphPlacement = {
    imageSize: 10,
    pixelsPerEm: 10,
    baseline: 8,
    origin: 0,
    shift: 0,
  };

  it('draws ink 0 on paper 255 with soft edges, and forgets the glyph before', async () => {
    const font = await madeFont({ A: [150, 0, 550, 600], B: [0, 0, 0, 0] });
    const painter = createGlyphPainter(10);
    const pixels = painter.draw(font.outline(65) as Outline, placement);
    const row = Array.from(pixels.subarray(40, 50));
    expect(row.map((level) => Math.round(level / 25.5) / 10)).toEqual([
      1, 0.5, 0, 0, 0, 0.5, 1, 1, 1, 1,
    ]);
    expect(inkShare(pixels)).toBeCloseTo(0.24, 2);
    const empty: Outline = { commands: [], advanceWidth: 500, unitsPerEm: 1000 };
    expect(inkShare(painter.draw(empty, placement))).toBe(0);
  });

  it('leaves holes where contours turn the other way', () => {
    const square = (from: number, to: number, isHole: boolean): Outline['commands'] => {
      const corners = [
        [from, from],
        [from, to],
        [to, to],
        [to, from],
      ] as const;
      const path = isHole ? [...corners].reverse() : corners;
      return [
        ...path.map(([x, y], place) => ({ type: place === 0 ? 'M' : 'L', x, y }) as const),
        { type: 'Z' },
      ];
    };
    const commands = [...square(0, 800, false), ...square(200, 600, true)];
    const outline = { commands, advanceWidth: 1000, unitsPerEm: 1000 };
    expect(inkShare(createGlyphPainter(10).draw(outline, placement))).toBeCloseTo(0.64 - 0.16, 6);
  });
});

describe('drawFont', () => {
  const square = [200, 0, 600, 600] as const;

  it('drops what is no glyph of its own, and says why', async () => {
    const same = Object.fromEntries([...'pqr'].map((letter) => [letter, square]));
    const font = await madeFont({
      ...{ A: [0, 0, 300, 700], B: [0, 0, 310, 700], C: [0, 0, 310, 700], ' ': undefined },
      ...{ n: [100, 0, 900, 700], W: [-300, 0, 1300, 700], ...same },
    });
    const broken: Font = {
      ...font,
      outline: (codepoint) => (codepoint === 120 ? 'broken' : font.outline(codepoint)),
    };
    const placement: GlyphPlacement = {
      imageSize: 32,
      pixelsPerEm: 30,
      baseline: 26,
      origin: 1,
      shift: 0,
    };
    const characters = [...'ABC npqrWxy'];
    const done: number[] = [];
    const drawing = await drawFont(broken, characters, {
      placement,
      pack: inkShare,
      onProgress: (count) => done.push(count),
    });
    expect(drawing.dropped).toEqual({
      missing: ['y'],
      broken: ['x'],
      blank: [' '],
      notdef: ['n'],
      repeated: ['p', 'q', 'r'],
    });
    const kept = characters.filter((_, place) => drawing.glyphs[place] !== undefined);
    // Two that look the same may be capitals that stand for small letters.
    expect(kept.join('')).toBe('ABCW');
    expect(drawing.clipped).toEqual(['W']);
    expect(drawing.glyphs[0]).toMatchObject({ advance: 1 });
    expect(drawing.glyphs[0]!.packed).toBeCloseTo((9 * 21) / 1024, 2);
    expect(done).toEqual([0, characters.length]);
  });

  it('stops when it is told to', async () => {
    const font = await madeFont({ A: square });
    const placement = placeFont(font, 'em', [65], 32);
    const signal = AbortSignal.abort(new Error('enough'));
    const drawing = drawFont(font, ['A'], { placement, pack: inkShare, signal });
    await expect(drawing).rejects.toThrow('enough');
  });
});
