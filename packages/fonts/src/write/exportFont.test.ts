import { beforeAll, describe, expect, it } from 'vitest';
import { xiaoWeiPath } from '../fixtures/packagedFonts.ts';
import type { OutlineCommand } from '../outline.ts';
import { readFontFile, type FontFile } from '../read/fontFile.ts';
import { openFont } from '../read/openFonts.ts';
import { disc, drawn, placement } from '../testing/drawnPictures.ts';
import { chinese, realGlyphs, type RealGlyphs } from '../testing/realGlyphs.ts';
import { exportFont, type ExportedFont } from './exportFont.ts';
import { formatExportReport } from './exportReport.ts';

const created = new Date(Date.UTC(2024, 0, 2));
const names = { family: 'Traced', license: 'SIL Open Font License', licenseUrl: 'https://o.org' };
const code = (character: string): number => character.codePointAt(0)!;

const outlineOf = (file: FontFile, codepoint: number) =>
  file.outlines().outline(file.characters.get(codepoint)!)!;

/** Twice the area of the polygon of all points; positive when it runs counter-clockwise. */
function areasOf(commands: readonly OutlineCommand[]): readonly number[] {
  const contours: (readonly [number, number])[][] = [];
  for (const command of commands) {
    if (command.type === 'Z') continue;
    if (command.type === 'M') contours.push([]);
    const contour = contours.at(-1)!;
    if (command.type === 'C') contour.push([command.x1, command.y1], [command.x2, command.y2]);
    contour.push([command.x, command.y]);
  }
  return contours.map((points) =>
    points.reduce((sum, [x, y], place) => {
      const [nextX, nextY] = points[(place + 1) % points.length]!;
      return sum + x * nextY - nextX * y;
    }, 0),
  );
}

describe('exportFont with the glyphs of a real font', () => {
  const letters = 'AgRe&8';
  let real: RealGlyphs;
  let exported: ExportedFont;
  let file: FontFile;
  beforeAll(async () => {
    real = realGlyphs(await openFont([xiaoWeiPath]), chinese + letters);
    exported = await exportFont({ ...real, names, created });
    file = await readFontFile(exported.bytes, 'traced.otf');
  });

  it('draws them as their pictures are, with few points', () => {
    const { report } = exported;
    expect(report.pictures).toBe(real.glyphs.length);
    expect(report.failures).toEqual([]);
    expect(report.iou.mean).toBeGreaterThan(0.97);
    expect(report.iou.least).toBeGreaterThan(0.9);
    // The tracing passes by more than 600 pixels in a glyph.
    expect(report.points.mean).toBeLessThan(120);
    expect(report.fileBytes).toBe(exported.bytes.length);
    expect(report.fileBytes / report.glyphs).toBeLessThan(600);
  });

  it('keeps advance widths and metrics of the pictures', () => {
    for (const { codepoint, advance } of real.glyphs) {
      expect(outlineOf(file, codepoint).advanceWidth).toBe(Math.round(advance * 1000));
    }
    const { commands } = outlineOf(file, code('A'));
    const original = real.font.outline(code('A'));
    if (typeof original === 'string') throw new Error(original);
    const top = (steps: readonly OutlineCommand[]): number =>
      Math.max(...steps.map((step) => (step.type === 'Z' ? -Infinity : step.y)));
    const expected = (top(original.commands) / original.unitsPerEm) * 1000;
    expect(Math.abs(top(commands) - expected)).toBeLessThan(6);
    expect(file.metrics.unitsPerEm).toBe(1000);
    expect(file.metrics.ascender).toBeGreaterThanOrEqual(880);
  });

  it('carries names, licence, the spaces and a box for missing characters', () => {
    expect(file.names).toMatchObject({
      family: 'Traced',
      subfamily: 'Regular',
      license: 'SIL Open Font License',
      licenseUrl: 'https://o.org',
    });
    for (const [space, advance] of [
      [0x20, 300],
      [0xa0, 300],
      [0x3000, 1000],
    ] as const) {
      // prettier-ignore
      expect(outlineOf(file, space)).toMatchObject({ advanceWidth: advance, commands: [] });
    }
    expect(areasOf(file.outlines().outline(0)!.commands).map(Math.sign)).toEqual([1, -1]);
    expect(file.metrics.glyphCount).toBe(real.glyphs.length + 3);
  });

  it('gives the same bytes again', async () => {
    const again = await exportFont({ ...real, names, created });
    expect(Buffer.compare(again.bytes, exported.bytes)).toBe(0);
  });
});

describe('exportFont', () => {
  const ring = drawn((context) => {
    disc(context, 30);
    context.fillStyle = '#fff';
    disc(context, 20);
  });
  const picture = (character: string, pixels: Uint8Array) => ({
    codepoint: code(character),
    pixels,
  });

  it('runs counter-clockwise around ink and clockwise around holes', async () => {
    const { bytes } = await exportFont({ glyphs: [picture('环', ring)], placement, names });
    const file = await readFontFile(bytes, 'ring.otf');
    const [outside, hole, ...rest] = areasOf(outlineOf(file, code('环')).commands);
    expect(rest).toEqual([]);
    expect(outside).toBeGreaterThan(0);
    expect(hole).toBeLessThan(0);
  });

  it('reports what failed and leaves it out', async () => {
    const faint = drawn((context) => {
      context.fillRect(20, 20, 50, 8);
      context.fillStyle = '#bbb';
      context.fillRect(20, 60, 2, 2);
    });
    const glyphs = [
      picture('空', new Uint8Array(96 * 96).fill(255)),
      picture('环', ring),
      picture('淡', faint),
    ];
    const shares: number[] = [];
    const onProgress = (share: number): void => void shares.push(share);
    const { bytes, report } = await exportFont({ glyphs, placement, names, onProgress });
    expect(report).toMatchObject({ pictures: 3, glyphs: 1 });
    expect(report.failures).toEqual([
      { character: '空', faults: [{ kind: 'blank', detail: '' }] },
      { character: '淡', faults: [{ kind: 'strokes lost', detail: '4 px' }] },
    ]);
    const { characters } = await readFontFile(bytes, 'some.otf');
    expect([...'空环淡'].map((each) => characters.get(code(each)) !== undefined)).toEqual([
      ...[false, true, false],
    ]);
    expect(shares.at(-1)).toBe(1);
    expect(formatExportReport({ ...report, seconds: 2, fileBytes: 3000 })).toEqual([
      '1 of 3 characters became glyphs in 2.0 s (2 pictures/s)',
      expect.stringMatching(/^3 KB, 3000 bytes and \d+\.0 points per glyph \(at most \d+\)$/),
      expect.stringMatching(/^agreement with the pictures: IoU 0\.9\d\d on average, 0\.9\d\d at/),
      'dirt: 0 specks removed, 0 pinholes closed',
      'left out, blank: 空',
      'left out, strokes lost: 淡 (4 px)',
    ]);
  });

  it('tells of ink at the edge', async () => {
    const cut = drawn((context) => context.fillRect(0, 30, 40, 30));
    const { report } = await exportFont({ glyphs: [picture('L', cut)], placement, names });
    expect(report.clipped).toEqual(['L']);
  });

  it('refuses what cannot become a font', async () => {
    const glyphs = [picture('环', ring)];
    const refused = (options: object) =>
      expect(exportFont({ glyphs, placement, names, ...options })).rejects;
    await refused({ glyphs: [...glyphs, ...glyphs] }).toThrow(
      'exportFont: expected one picture of each character, received several of "环".',
    );
    await refused({ glyphs: [picture('环', ring.slice(1))] }).toThrow(
      'exportFont: expected 96×96 pixels of "环", received 9215 bytes.',
    );
    await refused({ glyphs: [picture('空', new Uint8Array(96 * 96).fill(255))] }).toThrow(
      'exportFont: expected pictures that can become glyphs, received 1 of which none can, such ' +
        'as "空": blank. Look at the pictures: ink is black on white.',
    );
    await refused({ names: { family: '我的字' } }).toThrow(
      'font: expected the name of the family to have 1 to 31 letters, digits and signs of ASCII, ' +
        'received "我的字". Choose another name.',
    );
    const many = Array.from({ length: 32 }, (_, place) => ({
      codepoint: 0x4e00 + place,
      pixels: ring,
    }));
    await refused({ glyphs: many, signal: AbortSignal.abort(new Error('enough')) }).toThrow(
      'enough',
    );
  });
});
