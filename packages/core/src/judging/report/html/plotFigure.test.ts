import { describe, expect, it } from 'vitest';
import { plotArea, plotFigure } from './plotFigure.ts';

const group = { title: 'Losses', metrics: ['a', 'bLoss'], scale: 1, isDoctors: false };
const figure = async (count: number): Promise<string> => {
  const records = Array.from({ length: count }, (_, index) => ({
    ...{ step: 10 * index, a: index, bLoss: index % 2 === 0 ? 2 * index : undefined },
  }));
  return (await plotFigure(records as never, group)).safeHtml;
};

describe('plotFigure', () => {
  it('knows where the axes stand, so that values under the pointer are right', async () => {
    const markup = await figure(11);
    for (const [width, height] of [
      [640, 340],
      [400, 300],
    ] as const) {
      const svg = new RegExp(
        `<svg[^>]*viewBox="0 44 ${width} ${height - 56}"[\\s\\S]*?</svg>`,
      ).exec(markup)![0];
      const [, path] = /d="(M[^"]*)"[^>]*stroke="var\(--line-0\)"/.exec(svg)!;
      const points = path!.match(/[\d.]+ [\d.]+/g)!.map((point) => point.split(' ').map(Number));
      expect(points[0]![0]).toBeCloseTo(plotArea.left, 0);
      expect(points.at(-1)![0]).toBeCloseTo(width - plotArea.right, 0);
      expect(points[0]![1]).toBeCloseTo(height - plotArea.bottom, 0);
    }
  });

  it('leaves colours to the page, and the legend too', async () => {
    const markup = (await figure(11)).replace(/<defs[\s\S]*?<\/defs>/g, '');
    expect(markup.match(/#(?!plot-)[0-9a-f]{3,6}\b/g) ?? []).toEqual([]);
    expect(markup).not.toContain('font-family');
    expect(markup.match(/stroke="var\(--line-1\)"/g)!.length).toBeGreaterThan(1);
    expect(markup.match(/>b loss</g)).toBeNull();
    expect(markup).toMatch(/<i style="background:var\(--line-1\)"><\/i\s*>b loss\s+<b>20<\/b>/);
  });

  it('describes itself to those who do not see it', async () => {
    expect(await figure(11)).toMatch(
      /role="img"\s+aria-label="Losses over steps\. a from 0 to 10; b loss from 0 to 20\."/,
    );
  });

  it('keeps so many values to be read off', async () => {
    const json = /<script type="application\/json">([\s\S]*?)<\/script>/.exec(
      await figure(1001),
    )![1]!;
    const { lines } = JSON.parse(json) as { lines: { x: number[]; y: string[] }[] };
    expect(lines.map(({ x }) => x.length)).toEqual([335, 251]);
    expect(lines.map(({ x, y }) => [x.at(-1), y.at(-1)])).toEqual([
      [10_000, '1,000'],
      [10_000, '2,000'],
    ]);
  });
});
