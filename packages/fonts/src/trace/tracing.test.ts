import { describe, expect, it } from 'vitest';
import { disc, drawn, placement } from '../testing/drawnPictures.ts';
import { cleanPicture } from './cleanPicture.ts';
import { fitContour } from './fitContour.ts';
import { glyphWidth, isFullWidth } from './glyphWidth.ts';
import { traceContours } from './traceContours.ts';
import { traceGlyph } from './traceGlyph.ts';

const inkOf = (pixels: Uint8Array): number =>
  pixels.reduce((count, level) => count + (level < 128 ? 1 : 0), 0);

describe('cleanPicture', () => {
  it('removes specks and closes pinholes by their size in ems', () => {
    // At 80 px per em spots below 3.2 px are specks, holes below 1.28 px pinholes.
    const dirty = drawn((context) => {
      context.fillRect(10, 10, 40, 40);
      context.clearRect(20, 20, 1, 1);
      context.clearRect(30, 30, 2, 2);
      context.fillRect(70, 70, 3, 1);
      context.fillRect(70, 80, 2, 2);
    });
    for (const at of [20 * 96 + 20, 30 * 96 + 30, 30 * 96 + 31, 31 * 96 + 30, 31 * 96 + 31]) {
      dirty[at] = 255;
    }
    const { pixels, specks, pinholes } = cleanPicture(dirty, 96, 80);
    expect({ specks, pinholes }).toEqual({ specks: 1, pinholes: 1 });
    expect(inkOf(pixels)).toBe(1600 - 4 + 4);
    expect(inkOf(dirty)).toBe(1600 - 5 + 3 + 4);
  });

  it('keeps the largest spot, however small, and grey levels', () => {
    const dot = drawn((context) => {
      context.fillRect(40, 40, 1, 1);
      context.fillStyle = '#aaa';
      context.fillRect(41, 40, 1, 1);
    });
    const { pixels, specks, pinholes } = cleanPicture(dot, 96, 80);
    expect({ specks, pinholes }).toEqual({ specks: 0, pinholes: 0 });
    expect(Buffer.compare(pixels, dot)).toBe(0);
  });
});

describe('traceContours', () => {
  it('finds edges between pixels', () => {
    for (const offset of [0, 0.2, 0.5, 0.8]) {
      const box = drawn((context) => context.fillRect(20 + offset, 30, 40, 30 + offset));
      const [contour, ...rest] = traceContours(box, 96);
      expect(rest).toEqual([]);
      const [xs, ys] = [contour!.map(({ x }) => x), contour!.map(({ y }) => y)];
      expect(Math.abs(Math.min(...xs) - 20 - offset)).toBeLessThan(0.15);
      expect(Math.abs(Math.max(...xs) - 60 - offset)).toBeLessThan(0.15);
      expect(Math.abs(Math.min(...ys) - 30)).toBeLessThan(0.15);
      expect(Math.abs(Math.max(...ys) - 60 - offset)).toBeLessThan(0.15);
    }
  });

  it('closes contours at the edge of the picture', () => {
    const full = new Uint8Array(16).fill(0);
    const [contour, ...rest] = traceContours(full, 4);
    expect(rest).toEqual([]);
    expect(contour).toHaveLength(16);
    expect(Math.min(...contour!.map(({ x }) => x))).toBeCloseTo(0, 2);
  });

  it('tells pixels that touch at corners from a hole between them', () => {
    const pixels = new Uint8Array(36).fill(255);
    for (const at of [7, 14, 21, 8, 9, 15, 27]) pixels[at] = 0;
    for (const contour of traceContours(pixels, 6)) {
      for (const { x, y } of contour) expect(Number.isFinite(x + y)).toBe(true);
    }
  });
});

describe('fitContour', () => {
  it('makes a box of four lines, its corners where they were', () => {
    const [contour] = traceContours(
      drawn((context) => context.fillRect(20, 30, 40, 30)),
      96,
    );
    const { pieces } = fitContour(contour!, 0.25);
    expect(pieces).toHaveLength(4);
    expect(pieces.every(({ controls }) => controls === undefined)).toBe(true);
    const corners = pieces.map(({ to }) => `${to.x.toFixed(1)} ${to.y.toFixed(1)}`).sort();
    expect(corners).toEqual(['20.0 30.0', '20.0 60.0', '60.0 30.0', '60.0 60.0']);
  });

  it('makes a circle of few curves', () => {
    const [contour] = traceContours(
      drawn((context) => disc(context, 30)),
      96,
    );
    const { pieces } = fitContour(contour!, 0.25);
    expect(pieces.length).toBeLessThanOrEqual(8);
    for (const { to } of pieces) {
      expect(Math.abs(Math.hypot(to.x - 48, to.y - 48) - 30)).toBeLessThan(0.2);
    }
  });
});

describe('traceGlyph', () => {
  const options = { placement, unitsPerEm: 1000, tolerance: 0.25 };

  it('puts pixels where they are in the em', () => {
    // 8 px from the left is the origin, 76 px from the top the baseline, 80 px are an em.
    const pixels = drawn((context) => context.fillRect(16, 20, 40, 56));
    const glyph = traceGlyph({ codepoint: 0x4e00, pixels }, options)!;
    expect(glyph).toMatchObject({ advanceWidth: 1000, left: 8, points: 4 });
    const places = glyph.commands.flatMap((step) => (step.type === 'Z' ? [] : [[step.x, step.y]]));
    places.sort((a, b) => Math.round(a[0]! / 10 - b[0]! / 10) || a[1]! - b[1]!);
    const corners = [[100, 0], [100, 700], [600, 0], [600, 700]]; // prettier-ignore
    const offsets = places.flat().map((place, at) => Math.abs(place - corners.flat()[at]!));
    expect(Math.max(...offsets)).toBeLessThanOrEqual(1);
  });

  it('gives nothing for a picture without ink', () => {
    const pixels = new Uint8Array(96 * 96).fill(200);
    expect(traceGlyph({ codepoint: 65, pixels }, options)).toBeUndefined();
  });
});

describe('glyphWidth', () => {
  const centred = { ...placement, origin: 'centred' as const, shift: 1 };
  const width = (codepoint: number, advance?: number, place: typeof placement = centred) =>
    glyphWidth({ codepoint, advance, placement: place, ink: [30, 62] });

  it('takes the advance width that is known', () => {
    expect(width(65, 0.5)).toEqual({ advance: 0.5, left: 1 + (96 - 40) / 2 });
    expect(width(65, 0.5, placement)).toEqual({ advance: 0.5, left: 8 });
  });

  it('gives characters of full width an em, others their ink and a little white', () => {
    expect([...'字あア한，。'].every((each) => isFullWidth(each.codePointAt(0)!))).toBe(true);
    expect([...'aé1,'].some((each) => isFullWidth(each.codePointAt(0)!))).toBe(false);
    expect(width(0x5b57)).toEqual({ advance: 1, left: 9 });
    const latin = width(65);
    expect(latin.left).toBeCloseTo(30 - 4.8, 9);
    expect(latin.advance).toBeCloseTo(0.52, 9);
    expect(width(65, undefined, placement).advance).toBeCloseTo((62 + 4.8 - 8) / 80, 9);
  });
});
