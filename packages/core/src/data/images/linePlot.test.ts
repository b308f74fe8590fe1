import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testFolder, type TestFolder } from '../folders/testFolder.ts';
import { linePlot, savePlot } from './linePlot.ts';
import { plotLines } from './plotPoints.ts';

let out: TestFolder;
beforeEach(async () => void (out = await testFolder()));
afterEach(() => out.remove());

const count = (length: number, value: (index: number) => number) =>
  Array.from({ length }, (_, index) => value(index));
const series = (length: number, value: (index: number) => number) => ({
  ...{ name: 'loss', x: count(length, (index) => index), y: count(length, value) },
});

describe('plotLines', () => {
  it('leaves few points as they are', () => {
    const lines = plotLines({ name: 'a', x: [0, 5, 9], y: [3, Number.NaN, 1] }, false);
    expect(lines).toEqual({
      raw: [
        [0, 3],
        [5, null],
        [9, 1],
      ],
      smooth: undefined,
    });
  });

  it('thins many out but keeps the extremes, the order and the gaps', () => {
    const noisy = series(50_000, (index) =>
      index === 33_333
        ? 99
        : index === 777
          ? -99
          : index >= 20_000 && index < 30_000
            ? Number.NaN
            : index % 7,
    );
    const { raw, smooth } = plotLines(noisy, false);
    expect(raw.length).toBeLessThanOrEqual(800);
    expect(raw).toContainEqual([33_333, 99]);
    expect(raw).toContainEqual([777, -99]);
    expect(raw.some(([x, y]) => x > 20_000 && x < 30_000 && y === null)).toBe(true);
    const places = raw.map(([x]) => x);
    expect(places).toEqual([...places].sort((left, right) => left - right));
    expect(smooth!.length).toBeLessThan(500);
    expect(smooth!.at(-1)![0]).toBe(49_999);
    expect(smooth!.some(([x, y]) => x > 20_000 && x < 30_000 && y === null)).toBe(true);
    const late = smooth!.filter(([x, y]) => x > 45_000 && y !== null).map(([, y]) => y!);
    late.forEach((value) => expect(Math.abs(value - 3)).toBeLessThan(0.1));
  });

  it('smooths a constant to itself, from its first point on', () => {
    const { smooth } = plotLines(
      series(300, () => 2.5),
      false,
    );
    smooth!.forEach(([, value]) => expect(value).toBeCloseTo(2.5, 12));
  });

  it('leaves out what a logarithm cannot show', () => {
    const points = { name: 'a', x: [0, 1, 2, Number.NaN], y: [1, 0, -1, 1] };
    expect(plotLines(points, true).raw).toEqual([
      [0, 1],
      [1, null],
      [2, null],
    ]);
    expect(plotLines(points, false).raw).toEqual([
      [0, 1],
      [1, 0],
      [2, -1],
    ]);
  });
});

describe('linePlot', () => {
  it('names everything and draws detail and course', async () => {
    const noisy = [
      series(500, (index) => 2 + (index % 5)),
      { ...series(500, (index) => index / 99), name: 'other' },
    ];
    const svg = await linePlot(noisy, {
      title: 'Losses',
      yLabel: 'per batch',
      width: 640,
      height: 360,
    });
    expect(svg).toMatch(/^<svg width="640" height="360"/);
    for (const text of ['Losses', 'step', 'per batch', 'loss', 'other', '499']) {
      expect(svg).toContain(`>${text}</text>`);
    }
    expect(svg.match(/stroke="#0072b2"[^>]*stroke-opacity="0.22"/g)).toHaveLength(1);
    expect(svg.match(/<path[^>]*stroke="#d55e00" stroke-width="2"/g)).toHaveLength(1);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('is the same text for the same points', async () => {
    const once = await linePlot([series(90, Math.sqrt)]);
    expect(await linePlot([series(90, Math.sqrt)])).toBe(once);
    expect(await linePlot([series(91, Math.sqrt)])).not.toBe(once);
  });

  it('bears gaps, single points and no points at all', async () => {
    const nan = Number.NaN;
    for (const y of [[nan, nan], [nan, 1], [Infinity, -Infinity], []]) {
      for (const logY of [false, true]) {
        const svg = await linePlot([{ name: 'a', x: [0, 1], y }], { logY });
        expect(svg).not.toMatch(/NaN|undefined|Infinity/);
        expect(svg.includes('no values to draw')).toBe(!y.includes(1));
      }
    }
    expect(await linePlot([])).toContain('no values to draw');
  });

  it('writes powers of ten on a logarithmic axis', async () => {
    const svg = await linePlot([series(400, (index) => Math.exp(-index / 40))], { logY: true });
    for (const text of ['1', '0.1', '0.001', '0.0001', '0.00001']) {
      expect(svg).toContain(`>${text}</text>`);
    }
    expect(svg).not.toMatch(/\d{8}</);
  });
});

describe('savePlot', () => {
  it('writes svg, or png of twice the size', async () => {
    const lines = [series(10, (index) => index)];
    const [svg, png] = [join(out.path, 'a', 'plot.svg'), join(out.path, 'plot.PNG')];
    await savePlot(svg, lines, { width: 300, height: 200 });
    await savePlot(png, lines, { width: 300, height: 200 });
    expect(await readFile(svg, 'utf8')).toBe(await linePlot(lines, { width: 300, height: 200 }));
    const { width, height, format } = await sharp(png).metadata();
    expect({ width, height, format }).toEqual({ width: 600, height: 400, format: 'png' });
  });

  it('refuses other endings', async () => {
    await expect(savePlot('plot.jpg', [])).rejects.toThrow(
      'savePlot: expected a file name that ends in .svg or .png, received "plot.jpg".',
    );
  });
});
