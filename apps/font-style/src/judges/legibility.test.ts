import { realGlyphs, type RealGlyphs } from '@gan-zoo/fonts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPackagedFonts, fontSets, openChoice } from '../prepare/index.ts';
import { compareLegibility } from './compareLegibility.ts';
import { createLegibilityJudge, type LegibilityJudge } from './legibility.ts';

const characters = '天地黄宇宙荒月盈辰宿';
let judge: LegibilityJudge;
let real: RealGlyphs;
beforeAll(async () => {
  judge = await createLegibilityJudge();
  const fonts = fontSets['chinese-small'].targets.filter(({ id }) => id === 'zcool-xiaowei');
  const font = await openChoice((await findPackagedFonts(fonts))[0]!);
  real = realGlyphs(font, `${characters}A`);
});
afterAll(() => judge.close());

/** Pictures whose lower half is white. */
const damaged = () =>
  real.glyphs.map((glyph) => ({
    ...glyph,
    pixels: glyph.pixels.map((level, at) => (at > glyph.pixels.length / 2 ? 255 : level)),
  }));

describe('createLegibilityJudge', () => {
  it('knows Chinese characters alone', () => {
    const known = [...'天龘A1。'].map((each) => judge.knows(each.codePointAt(0)!));
    expect(known[0]).toBe(true);
    expect(known.slice(2)).toEqual([false, false, false]);
  });

  it('reads the glyphs of a real font', async () => {
    const readings = await judge.read(real.glyphs, real.placement);
    const right = [...characters].filter((each, at) => readings[at]!.text === each);
    expect(right.length).toBeGreaterThanOrEqual(8);
    expect(readings[0]!.probability).toBeGreaterThan(0.5);
    expect(await judge.read([], real.placement)).toEqual([]);
  });

  it('reads the same wherever the glyphs stand in their pictures', async () => {
    const { placement, glyphs } = real;
    const [glyph] = glyphs as [(typeof glyphs)[number]];
    const pixels = new Uint8Array(160 * 160).fill(255);
    for (let y = 0; y < 96; y++) {
      pixels.set(glyph.pixels.subarray(96 * y, 96 * (y + 1)), 160 * (y + 50) + 10);
    }
    const moved = { imageSize: 160, baseline: placement.baseline + 50, shift: 0 };
    const origin = 10 + placement.shift + (96 - glyph.advance * placement.pixelsPerEm) / 2;
    const [there] = await judge.read([{ ...glyph, pixels }], { ...placement, ...moved, origin });
    expect(there!.text).toBe('天');
  });
});

describe('compareLegibility', () => {
  it('measures against the real font, by the characters that can be read', async () => {
    const { glyphs, placement } = real;
    const same = await compareLegibility(judge, { ours: glyphs, real: glyphs, placement });
    expect(same).toMatchObject({ characters: 10, relative: 1, lost: [] });
    expect(same.real).toBeGreaterThanOrEqual(0.8);
    const worse = await compareLegibility(judge, { ours: damaged(), real: glyphs, placement });
    expect(worse.real).toBe(same.real);
    expect(worse.ours).toBeLessThan(0.5);
    expect(worse.relative).toBeCloseTo(worse.ours / worse.real, 9);
    expect(worse.oursProbability).toBeLessThan(worse.realScore);
    expect(worse.lost.length).toBeGreaterThanOrEqual(4);
  });
});
