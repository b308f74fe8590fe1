import { createRandom } from '@gan-zoo/core';
import type { GlyphDrawer } from '../drawing/index.ts';
import type { GlyphDataset } from '../glyphData/index.ts';
import { classifierAccuracy, diversity } from '../judges/index.ts';
import { readShaped } from './readShaped.ts';
import type { CharacterJudge } from './realJudges.ts';
import type { StyleTest } from './testGlyphs.ts';

/** The same characters in several styles. */
export interface DrawnStyles {
  /** How much they differ from style to style; see `diversity`. */
  readonly diversity: number;
  /** Share that the judge of characters takes for the right one; absent without a judge. */
  readonly characterAccuracy?: number;
}

/** What random styles look like beside those of the fonts. */
export interface LatentDiversity {
  readonly characters: number;
  readonly randomStyles: number;
  /** Ours in random styles. */
  readonly random: DrawnStyles;
  /** Ours in the styles of the real fonts; absent with a single one. */
  readonly ours?: DrawnStyles;
  /** Diversity of the real fonts themselves. */
  readonly real?: number;
}

/** Random styles that are drawn, and characters in each. */
const [randomCount, characterCount] = [32, 16];

/** Styles look alike when they differ by less of what real fonts do. */
const alikeShare = 0.1;

/** Options of {@link latentDiversity}. */
export interface LatentDiversityOptions {
  readonly dataset: GlyphDataset;
  readonly tests: readonly StyleTest[];
  readonly drawer: GlyphDrawer;
  readonly judge?: CharacterJudge | undefined;
  /** Side of the network's pictures. */
  readonly imageSize: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Draws 16 characters in 32 random styles, and in those of the fonts: styles must differ, and the
 * characters must stay what they are.
 *
 * @returns undefined when the fonts have no character in common
 * @throws UsageError for methods whose styles are numbered
 */
export async function latentDiversity(
  options: LatentDiversityOptions,
): Promise<LatentDiversity | undefined> {
  const { dataset, tests, drawer, judge, imageSize, seed, signal } = options;
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
  const labels = characters.map(
    (character) => judge?.labelOf(dataset.characters[character]!) ?? -1,
  );
  const drawIn = async (styles: readonly Float32Array[]): Promise<DrawnStyles> => {
    const draws: Uint8Array[] = [];
    for (const style of styles) draws.push(await drawer.draw(source, style, { signal }));
    const all = styles.flatMap(() => labels);
    return {
      diversity: diversity(draws),
      ...(judge && {
        characterAccuracy: await classifierAccuracy(judge, Buffer.concat(draws), all),
      }),
    };
  };
  const random = await drawIn(await drawer.randomStyles(randomCount, createRandom(seed)));
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
    `${randomStyles} random styles ${random.diversity.toFixed(4)}`;
  if (real === undefined || ours === undefined) {
    return `${drawn}; with a single real font there is nothing to compare it with.`;
  }
  const verdict =
    random.diversity / real < alikeShare
      ? 'The latent is ignored: random styles look alike.'
      : `Random styles differ by ${(random.diversity / real).toFixed(2)} times what real fonts do.`;
  const alike =
    ours.diversity / real < alikeShare ? ' The styles read off the fonts look alike.' : '';
  const accuracies = [random, ours].map(({ characterAccuracy }) => characterAccuracy?.toFixed(3));
  const read =
    accuracies[0] === undefined
      ? ''
      : ` Characters told right: ${accuracies[0]} in random styles, ${accuracies[1]} in the fonts'.`;
  return (
    `${drawn}, ours in the fonts' styles ${ours.diversity.toFixed(4)}, the real fonts ` +
    `${real.toFixed(4)}. ${verdict}${alike}${read}`
  );
}
