import { createRandom } from '@gan-zoo/core';
import type { GlyphDrawer } from '../drawing/index.ts';
import type { GlyphDataset } from '../glyphData/index.ts';
import { diversity } from '../judges/index.ts';
import { readShaped } from './readShaped.ts';
import type { StyleTest } from './testGlyphs.ts';

/** How much the same characters differ from style to style; see `diversity`. */
export interface LatentDiversity {
  readonly characters: number;
  readonly randomStyles: number;
  /** Of ours in random styles. */
  readonly random: number;
  /** Of ours in the styles of the real fonts; absent with a single one. */
  readonly ours?: number;
  /** Of the real fonts themselves. */
  readonly real?: number;
}

/** Random styles that are drawn, and characters in each. */
const [randomCount, characterCount] = [16, 16];

/** Styles look alike when they differ by less of what real fonts do. */
const alikeShare = 0.1;

/** Options of {@link latentDiversity}. */
export interface LatentDiversityOptions {
  readonly dataset: GlyphDataset;
  readonly tests: readonly StyleTest[];
  readonly drawer: GlyphDrawer;
  /** Side of the network's pictures. */
  readonly imageSize: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Draws 16 characters in 16 random styles, and in those of the fonts.
 *
 * @returns undefined when the fonts have no character in common
 * @throws UsageError for methods whose styles are numbered
 */
export async function latentDiversity(
  options: LatentDiversityOptions,
): Promise<LatentDiversity | undefined> {
  const { dataset, tests, drawer, imageSize, seed, signal } = options;
  const characters = dataset.split.test
    .filter((character) =>
      [0, ...tests.map(({ font }) => font)].every(
        (font) => dataset.partOf({ font, character }) !== undefined,
      ),
    )
    .slice(0, characterCount);
  if (characters.length === 0) return undefined;
  const placesIn = (font: number) => characters.map((character) => ({ font, character }));
  const source = await dataset.read(placesIn(0));
  const drawIn = async (styles: readonly Float32Array[]): Promise<number> => {
    const draws: Uint8Array[] = [];
    for (const style of styles) draws.push(await drawer.draw(source, style, { signal }));
    return diversity(draws);
  };
  const random = await drawIn(drawer.randomStyles(randomCount, createRandom(seed)));
  const counts = { characters: characters.length, randomStyles: randomCount };
  if (tests.length < 2) return { ...counts, random };
  const real = tests.map(({ font }) => readShaped(dataset, placesIn(font), imageSize));
  const vectors = await Promise.all(tests.map(({ style }) => drawer.vectorOf(style)));
  return {
    ...{ ...counts, random, ours: await drawIn(vectors) },
    real: diversity(await Promise.all(real)),
  };
}

/** Says in words how diverse random styles are. */
export function describeDiversity(measured: LatentDiversity): string {
  const { characters, randomStyles, random, ours, real } = measured;
  const drawn =
    `Diversity (mean difference of every two styles, ${characters} characters): ` +
    `${randomStyles} random styles ${random.toFixed(4)}`;
  if (real === undefined || ours === undefined) {
    return `${drawn}; with a single real font there is nothing to compare it with.`;
  }
  const verdict =
    random / real < alikeShare
      ? 'The latent is ignored: random styles look alike.'
      : `Random styles differ by ${(random / real).toFixed(2)} times what real fonts do.`;
  const alike = ours / real < alikeShare ? ' The styles read off the fonts look alike.' : '';
  return (
    `${drawn}, ours in the fonts' styles ${ours.toFixed(4)}, the real fonts ${real.toFixed(4)}. ` +
    `${verdict}${alike}`
  );
}
