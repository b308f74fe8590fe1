import { describe, expect, it } from 'vitest';
import type { GlyphDrawer, LoadedStyles } from '../drawing/index.ts';
import { chooseText, languageOf } from './chooseText.ts';
import { specimenPages } from './specimenPages.ts';
import { mixedStyles } from './styleToDraw.ts';

describe('chooseText', () => {
  const latin = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];

  it('puts characters of sets behind the text', async () => {
    const { text, characters } = await chooseText({ text: 'b a', charset: ['digits'] }, latin);
    expect(text).toBe('b a\n0123456789');
    expect(characters.join('')).toBe('ba0123456789');
  });

  it('takes a text of characters that are known, or some of these', async () => {
    expect((await chooseText({}, latin)).text).toBe('The quick brown fox\njumps over the lazy dog');
    expect((await chooseText({}, [...'天地人'])).text).toBe('天地人');
  });

  it('knows languages by their letters', () => {
    expect(['天地', 'いろは', '東京へ', 'fox'].map(languageOf)).toEqual([
      'zh-Hans',
      'ja',
      'ja',
      'en',
    ]);
  });
});

describe('mixedStyles', () => {
  it('mixes vectors and placements linearly', async () => {
    const placement = { imageSize: 8, origin: 'centred', shift: 0 };
    const style = (place: number, pixelsPerEm: number, baseline: number) => ({
      ...{ place, font: { id: `s${place}`, name: `Font ${place}` } },
      placement: { ...placement, pixelsPerEm, baseline },
    });
    const loaded = { config: { method: 'zi2zi', slots: 2 }, styles: [style(0, 4, 6), style(1, 6, 7)] }; // prettier-ignore
    const drawer = {
      vectorOf: ({ place }: { place: number }) =>
        Promise.resolve(Float32Array.of(1 - place, place)),
    };
    const mixed = await mixedStyles(
      ...[loaded as unknown as LoadedStyles, drawer as unknown as GlyphDrawer],
      ...([['0', 's1'], 5] as const),
    );
    expect(mixed.map((each) => [...(each.style as Float32Array)])).toEqual([
      ...[[1, 0], [0.75, 0.25], [0.5, 0.5], [0.25, 0.75], [0, 1]], // prettier-ignore
    ]);
    expect(mixed[1]).toMatchObject({
      ...{ id: 'mixture-2', title: '75 % Font 0, 25 % Font 1' },
      placement: { ...placement, pixelsPerEm: 4.5, baseline: 6.25 },
    });
  });
});

describe('specimenPages', () => {
  const placement = { imageSize: 8, pixelsPerEm: 64, baseline: 6, origin: 0, shift: 0 } as const;
  const styleOf = (advance: number) => ({
    ...{ id: 'a', title: 'A', placement },
    glyphs: [{ codepoint: 0x5929, pixels: new Uint8Array(64).fill(255), advance }],
  });

  it('is as wide as the longest line in any style', () => {
    const { width, height } = specimenPages([styleOf(1.25), styleOf(1)], '天\n天天天天天天');
    const line = (2 * 1.3 + 1) * 64;
    expect([width, height]).toEqual([8.5 * 64, 2 * (28 + Math.ceil(line))]);
  });

  it('sets long texts in smaller letters', () => {
    const { width, height } = specimenPages([styleOf(1)], '天'.repeat(600));
    expect(width).toBe(1200);
    // Letters of 1200 · 1600 / (600 · 1.3) = 49.6² px instead of 64, 23 in a line.
    expect(height).toBe(Math.ceil((Math.ceil(600 / 23) * 1.3 + 1) * Math.sqrt(1.92e6 / 780)));
  });
});
