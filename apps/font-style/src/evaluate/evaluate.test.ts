import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GlyphDrawer, LoadedStyles } from '../drawing/index.ts';
import { smallGlyphSet } from '../fixtures/smallGlyphSet.ts';
import { openGlyphs, type GlyphDataset } from '../glyphData/index.ts';
import { compareStyles, meanOverStyles, type GlyphMethodResult } from './glyphMeasures.ts';
import { describeDiversity, latentDiversity } from './latentDiversity.ts';
import { measureStyle } from './measureStyle.ts';
import { createNearestStyles } from './nearestStyles.ts';
import { readShaped } from './readShaped.ts';
import { openTestGlyphs } from './testGlyphs.ts';

const imageSize = 32;
let folder: string;
let dataset: GlyphDataset;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-zoo-evaluate-'));
  dataset = await openGlyphs(await smallGlyphSet(folder, 64));
});
afterAll(async () => {
  await dataset.close();
  await rm(folder, { recursive: true, force: true });
});

const glyphsOf = (font: number) =>
  readShaped(
    dataset,
    dataset.split.test.map((character) => ({ font, character })),
    imageSize,
  );

/** Judges what stands for a model on the test glyphs of the first style. */
async function measured(model: (real: Uint8Array) => Uint8Array) {
  const [real, source] = [await glyphsOf(1), await glyphsOf(0)];
  const nearest = await createNearestStyles(dataset, { imageSize, seed: 0 });
  const characters = dataset.split.test.map((character) => dataset.characters[character]!);
  const pictures = {
    ...{ characters, real, placement: { ...dataset.styles[0]!.placement, imageSize } },
    methods: [
      { name: 'ours', isBaseline: false, pixels: model(real) },
      { name: 'source font', isBaseline: true, pixels: source },
      {
        name: 'nearest styles',
        isBaseline: true,
        pixels: await nearest!.draw(1, dataset.split.test),
      },
    ],
  };
  const reader = { knows: () => true, close: () => Promise.resolve() };
  const legibility = {
    ...reader,
    // Reads what has any ink.
    read: (glyphs: readonly { readonly codepoint: number; readonly pixels: Uint8Array }[]) =>
      Promise.resolve(
        glyphs.map(({ codepoint, pixels }) => ({
          text: pixels.some((level) => level < 128) ? String.fromCodePoint(codepoint) : '',
          probability: 0,
        })),
      ),
  };
  // Takes everything for the first letter.
  const character = {
    classify: (all: Uint8Array) => Promise.resolve(new Int32Array(all.length / imageSize ** 2)),
    labelOf: (letter: string) => (letter === characters[0] ? 0 : 1),
    close: () => Promise.resolve(),
  };
  return measureStyle(pictures, 0, { legibility, character });
}

describe('measureStyle', () => {
  it('lets a perfect model beat all baselines', async () => {
    const { methods, glyphs, lost, readable } = await measured((real) => real);
    expect(methods.map(({ name }) => name)).toEqual([
      ...['ours', 'source font', 'nearest styles', 'real font'],
    ]);
    expect(methods[0]!.measures).toEqual({
      ...{ l1: 0, ssim: 1, missing: 0, extra: 0, legibility: 1, relativeLegibility: 1 },
      characterAccuracy: 1 / dataset.split.test.length,
    });
    const { test } = dataset.split;
    expect(methods[3]!.measures).toEqual({
      ...{ legibility: 1, relativeLegibility: 1, characterAccuracy: 1 / test.length },
    });
    expect([glyphs.length, readable, lost]).toEqual([test.length, test.length, []]);
    const [l1, ssim, missing, extra] = compareStyles([{ name: 'a', methods }], methods);
    for (const line of [l1, ssim, missing]) {
      expect(line).toMatch(/^\w+: ours .* beats source font .* and nearest styles/);
    }
    // The source's boxes lie within the style's: a draw.
    expect(extra).toMatch(/does not beat source font \(0\.000\), only nearest styles/);
  });

  it('lets no blank model beat them by what it lacks', async () => {
    const { methods, lost } = await measured((real) => real.map(() => 255));
    const [ours, source] = methods;
    expect(ours!.measures).toMatchObject({ missing: 1, legibility: 0, relativeLegibility: 0 });
    expect(lost).toHaveLength(dataset.split.test.length);
    expect(source!.measures.l1!).toBeLessThan(ours!.measures.l1!);
    const verdicts = compareStyles([{ name: 'a', methods }], methods);
    for (const title of ['L1', 'missing', 'legible/real']) {
      const line = verdicts.find((verdict) => verdict.startsWith(`${title}: `));
      expect(line).toContain('does not beat source font');
    }
  });
});

describe('openTestGlyphs', () => {
  const open = (known: Partial<GlyphDataset>, count = 100) => {
    const styles = dataset.styles.map((font, place) => ({
      ...{ place, font, placement: font.placement },
    }));
    // A checkpoint knows no widths of glyphs that it was not trained on.
    const advance: GlyphDataset['advance'] = (place) =>
      dataset.partOf(place) === 'training' ? 1 : 0;
    const glyphs = { ...dataset, advance, ...known };
    const loaded = { glyphs, styles } as unknown as LoadedStyles;
    return openTestGlyphs({ loaded, path: join(folder, 'glyphs'), count, seed: 1 });
  };

  it('takes the same characters of every style, none that training saw', async () => {
    const { tests, leftOut, dataset: opened } = await open({}, 3);
    await opened.close();
    const [one, two] = tests.map(({ characters }) => characters);
    expect([one!.length, leftOut, two]).toEqual([3, 0, one]);
    for (const character of one!) expect(dataset.split.test).toContain(character);
    const seen = dataset.split.test[0]!;
    const advance: GlyphDataset['advance'] = ({ font, character }) =>
      font === 1 && character === seen ? 0.5 : 0;
    const other = await open({ advance });
    await other.dataset.close();
    expect(other.leftOut).toBe(1);
    expect(other.tests[0]!.characters).not.toContain(seen);
    expect(other.tests[1]!.characters).toContain(seen);
  });

  it('refuses what the run was not made for', async () => {
    await expect(open({ imageSize: 96 })).rejects.toThrow(
      'expected glyphs of 96 px, source source-regular and the styles of the run, received 64 px, ' +
        'source source-regular and all styles.',
    );
    await expect(open({ advance: () => 1 })).rejects.toThrow(
      'expected test glyphs that training never saw, in a style of the run, received none.',
    );
  });
});

describe('createNearestStyles', () => {
  it('averages the same characters of other styles, never of the style itself', async () => {
    const nearest = (await createNearestStyles(dataset, { imageSize, seed: 0 }))!;
    const [neighbour] = nearest.neighbours(1);
    expect(neighbour!.font).toBe(2);
    expect(neighbour!.distance).toBeGreaterThan(0.01);
    // With two styles the other one is all there is.
    expect(await nearest.draw(1, dataset.split.test)).toEqual(await glyphsOf(2));
    const single = { ...dataset, styles: dataset.styles.slice(0, 1) };
    expect(await createNearestStyles(single, { imageSize, seed: 0 })).toBeUndefined();
  });
});

describe('meanOverStyles', () => {
  const row = (name: string, legibility: number, ssim: number): GlyphMethodResult => ({
    ...{ name, isBaseline: name === 'source font', isReal: name === 'real font' },
    measures: { ssim, legibility, relativeLegibility: 9 },
  });
  const styles = [
    [row('ours', 0.5, 0.8), row('source font', 0.9, 0.5), row('real font', 1, 1)],
    [row('ours', 0.1, 0.4), row('source font', 0.9, 0.6), row('real font', 0.2, 1)],
  ];

  it('divides mean by mean for the relative legibility', () => {
    const [ours] = meanOverStyles(styles);
    expect(ours!.measures.legibility).toBeCloseTo(0.3, 9);
    expect(ours!.measures.relativeLegibility).toBeCloseTo(0.5, 9);
    expect(ours!.measures.ssim).toBeCloseTo(0.6, 9);
  });

  it('says in which styles ours does not beat the baselines', () => {
    const named = styles.map((methods, at) => ({ name: `style-${at}`, methods }));
    expect(compareStyles(named, meanOverStyles(styles))).toEqual([
      'SSIM: ours (0.6000) beats source font (0.5500). It beats every baseline in 1 of 2 styles, ' +
        'not in: style-1.',
      'legible/real: ours (0.500) does not beat source font (1.500). It beats every baseline in ' +
        'no style.',
    ]);
  });
});

describe('latentDiversity', () => {
  const measure = async (level: (style: Float32Array) => number) => {
    const size = imageSize ** 2;
    const drawer: GlyphDrawer = {
      vectorOf: ({ place }) => Promise.resolve(Float32Array.of(place)),
      readStyle: () => Promise.reject(new Error('not read')),
      randomStyles: (count) =>
        Promise.resolve(Array.from({ length: count }, (_, at) => Float32Array.of(at % 2))),
      draw: (pixels, style) =>
        Promise.resolve(
          new Uint8Array((pixels.length / 64 ** 2) * size).fill(level(style as Float32Array)),
        ),
      close: () => Promise.resolve(),
    };
    const tests = [0, 1].map((place) => ({
      style: { place, font: dataset.styles[place]!, placement: dataset.styles[place]!.placement },
      font: place + 1,
      characters: dataset.split.test,
    }));
    // Takes white for the first test character, which is drawn first, and all else for the second.
    const judge = {
      classify: (all: Uint8Array) =>
        Promise.resolve(
          Int32Array.from({ length: all.length / size }, (_, at) =>
            all[at * size] === 255 ? 0 : 1,
          ),
        ),
      labelOf: (letter: string) =>
        dataset.split.test.findIndex((each) => dataset.characters[each] === letter),
      close: () => Promise.resolve(),
    };
    return (await latentDiversity({ dataset, tests, drawer, judge, imageSize, seed: 0 }))!;
  };

  it('shows a latent that is ignored, and one that is not', async () => {
    const ignored = await measure(() => 200);
    expect([ignored.random.diversity, ignored.ours!.diversity]).toEqual([0, 0]);
    expect(ignored.real).toBeGreaterThan(0.01);
    expect(describeDiversity(ignored)).toMatch(
      /ignored: random styles look alike\. The styles read off the fonts look alike\. Characters told right: /,
    );
    const used = await measure(([value]) => 255 * value!);
    // 256 of 496 pairs of random styles differ, by the whole range.
    expect([used.random.diversity, used.ours!.diversity]).toEqual([256 / 496, 1]);
    expect(describeDiversity(used)).toMatch(
      /Random styles differ by [\d.]+ times what real fonts do\. Characters told right: /,
    );
  });

  it('asks the judge whether characters stay what they are', async () => {
    // Each of the styles shows one of the characters at every place: right once in a row of them.
    const { random, ours, characters } = await measure(([value]) => 255 * value!);
    const share = 1 / characters;
    expect([random.characterAccuracy, ours!.characterAccuracy]).toEqual([share, share]);
  });
});
