import { disc, drawn, placement } from '@gan-zoo/fonts/testing';
import { describe, expect, it } from 'vitest';
import { fontSpecimen } from './fontSpecimen.ts';
import { layoutText } from './layoutText.ts';
import { pictureSpecimen } from './pictureSpecimen.ts';
import { specimenPage } from './specimenPage.ts';

const square = drawn((context) => context.fillRect(8, 12, 64, 64));
const round = drawn((context) => disc(context, 20));
const font = {
  glyphs: [
    { codepoint: 0x53e3, pixels: square },
    { codepoint: 0x6f, pixels: round, advance: 0.5 },
  ],
  placement,
};

describe('layoutText', () => {
  const half = (character: string): number => (/[a-z ,.]/.test(character) ? 0.5 : 1);
  const lines = (text: string, width: number): string[] => {
    const { placed, lines: count } = layoutText(text, half, width);
    return Array.from({ length: count }, (_, line) =>
      placed
        .filter((each) => each.line === line)
        .map(({ character }) => character)
        .join(''),
    );
  };

  it('breaks at spaces and between characters of full width', () => {
    expect(lines('ab cd ef', 2.5)).toEqual(['abcd', 'ef']);
    expect(lines('天地玄黄', 3)).toEqual(['天地玄', '黄']);
    expect(lines('天ab地', 2)).toEqual(['天ab', '地']);
    expect(lines('abcdef g', 2)).toEqual(['abcdef', 'g']);
  });

  it('keeps line ends and closing marks', () => {
    expect(lines('天\n\n地', 9)).toEqual(['天', '', '地']);
    expect(lines('天地玄。', 3)).toEqual(['天地', '玄。']);
    expect(lines('ab cd, e', 2.5)).toEqual(['ab', 'cd,e']);
  });

  it('counts the room of spaces', () => {
    const { placed } = layoutText('a b 天', half, 9);
    expect(placed.map(({ x }) => x)).toEqual([0, 1, 2]);
  });
});

describe('specimenPage', () => {
  const inkAt = (page: ReturnType<typeof specimenPage>, x: number, y: number): boolean =>
    page.image.data[y * page.image.width + x]! < 128;

  it('sets pictures by their origins and advance widths', () => {
    const page = specimenPage({ font, text: '口口o', width: 400 });
    // Half an em of margin; the baseline lies .95 em below it; 80 px are an em.
    expect(page.image).toMatchObject({ width: 400, height: 184, channels: 1 });
    expect(page.missing).toEqual([]);
    const baseline = 40 + 76;
    expect([[41, baseline - 2], [102, baseline - 62]].map(([x, y]) => inkAt(page, x!, y!))).toEqual([true, true]); // prettier-ignore
    expect([[38, baseline - 2], [106, baseline - 2], [41, baseline + 2]].map(([x, y]) => inkAt(page, x!, y!))).toEqual([false, false, false]); // prettier-ignore
    // The second square an em further; the disc's middle is 40 px right of its origin.
    expect(inkAt(page, 121, baseline - 2)).toBe(true);
    expect(inkAt(page, 40 + 160 + 40, baseline - 28)).toBe(true);
  });

  it('scales, breaks lines, and tells which characters are missing', () => {
    const page = specimenPage({ font, text: '口口口天x', width: 140, pixelsPerEm: 40 });
    expect(page.missing).toEqual(['天', 'x']);
    expect(page.image.height).toBe(Math.ceil((2 * 1.3 + 1) * 40));
    expect(inkAt(page, 22, 20 + 38 - 2)).toBe(true);
    expect(inkAt(page, 102 + 8, 20 + 38 - 8)).toBe(false);
  });

  it('refuses pages of no use', () => {
    expect(() => specimenPage({ font, text: '口', width: 100 })).toThrow(
      'specimen: expected a page at least 160 px wide of at most 67108864 pixels, received ' +
        '100×184 px. Choose another width, smaller letters or a shorter text.',
    );
  });
});

describe('pictureSpecimen', () => {
  it('is a page of its own, with every picture once', async () => {
    const page = await pictureSpecimen({ title: '<Mine> & "yours"', font, text: '口o口<\no' });
    expect(page).toContain('<title>&lt;Mine&gt; &amp; &quot;yours&quot;</title>');
    expect(page).toContain('<html lang="zh-Hans">');
    expect(page).toContain('<span class="glyph u53e3">口</span>');
    expect(page).toContain('<span class="missing">&lt;</span>');
    expect(page.match(/data:image\/png;base64,/g)).toHaveLength(2);
    expect(page).toContain('.u6f { width: 0.5000em; }');
    expect(page).not.toMatch(/https?:|<script|<link/);
  });
});

describe('fontSpecimen', () => {
  it('carries the font and shows the text at several sizes', () => {
    const bytes = Uint8Array.from([79, 84, 84, 79, 1, 2, 3]);
    const page = fontSpecimen({ title: 'Mine', font: bytes, text: 'a<b', characters: ['口', '&'] });
    const [, address] = /url\(data:font\/otf;base64,([^)]+)\)/.exec(page)!;
    expect([...Buffer.from(address!, 'base64')]).toEqual([...bytes]);
    expect(page.match(/<p>a&lt;b<\/p>/g)).toHaveLength(4);
    expect(page).toContain('<h2>2 characters</h2>');
    expect(page).toContain('<span>口</span><span>&amp;</span>');
    expect(page).not.toMatch(/https?:|<script|<link/);
  });
});
