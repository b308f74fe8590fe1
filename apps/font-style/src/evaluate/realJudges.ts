import type { Runtime } from '@gan-zoo/compiler';
import { createRandom, type Random } from '@gan-zoo/core';
import { glyphTensor, toGreyLevels, type GlyphDataset } from '../glyphData/index.ts';
import { trainGlyphClassifier, type GlyphClassifier } from '../judges/index.ts';
import { distortPictures, drawDistortions } from '../training/distort.ts';
import { readShaped } from './readShaped.ts';

/** Most training glyphs of a style that are learned from. */
const mostGlyphs = 500;
/** Pictures in a batch, where there are as many. */
const batchSize = 64;

/** Options of {@link realStyleJudge} and {@link realCharacterJudge}. */
export interface RealJudgeOptions {
  readonly dataset: GlyphDataset;
  /** Places in the data set's `fonts`; the judge of styles numbers them from 0. */
  readonly fonts: readonly number[];
  /** Side in which glyphs are learned and judged, in pixels. */
  readonly imageSize: number;
  readonly seed: number;
  readonly runtime: Runtime;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((step: number, steps: number) => void) | undefined;
}

/**
 * Trains a judge of styles on real fonts: at most 500 glyphs of the training part of each.
 *
 * @returns undefined for a single font: there is nothing to tell apart
 * @throws the signal's reason when it aborts
 */
export async function realStyleJudge(
  options: RealJudgeOptions,
): Promise<GlyphClassifier | undefined> {
  const { dataset, fonts, imageSize, seed } = options;
  if (fonts.length < 2) return undefined;
  const places = fonts.map((font) => {
    const pairs = dataset.pairs('training', [font - 1]);
    const order = createRandom(seed)
      .stream('evaluate/styleJudge')
      .at(font)
      .permutation(pairs.length);
    const chosen = [...order.subarray(0, mostGlyphs)];
    return chosen.map((at) => ({ font, character: pairs[at]!.character }));
  });
  const pictures = await readShaped(dataset, places.flat(), imageSize);
  const labels = places.flatMap((own, style) => own.map(() => style));
  return trainGlyphClassifier({
    ...options,
    ...{ name: 'styleJudge', pictures, labels, batchSize: Math.min(batchSize, labels.length) },
  });
}

/** Most characters that are told apart: all letters and kana, and no Chinese set. */
const mostCharacters = 256;
/**
 * Batches that the judge of characters learns from at most, more than that of styles, because there
 * are more of them; and how often at most from each picture.
 */
const [characterSteps, characterEpochs] = [800, 100];
/** How often it is shown each glyph slanted, stretched and shifted, besides as it is. */
const distortedCopies = 5;

/** Tells characters apart that real fonts have shown to it. */
export interface CharacterJudge extends GlyphClassifier {
  /** The number that it has for a character. */
  labelOf(character: string): number;
}

/**
 * Trains a judge of characters on the training glyphs of real fonts.
 *
 * @returns undefined where tested characters are unseen in every style, so that no font can show
 *   them, where there is a single character, or where there are more than 256
 * @throws the signal's reason when it aborts
 */
export async function realCharacterJudge(
  options: RealJudgeOptions,
): Promise<CharacterJudge | undefined> {
  const { dataset, fonts, imageSize, seed } = options;
  const places = fonts.flatMap((font) =>
    dataset.pairs('training', [font - 1]).map(({ character }) => ({ font, character })),
  );
  const known = [...new Set(places.map(({ character }) => character))];
  if (dataset.header.splitBy !== 'pairs') return undefined;
  if (known.length < 2 || known.length > mostCharacters) return undefined;
  const numbers = new Map(known.map((character, label) => [character, label]));
  const own = places.map(({ character }) => numbers.get(character)!);
  const labels = Array.from({ length: 1 + distortedCopies }, () => own).flat();
  const real = await readShaped(dataset, places, imageSize);
  const pictures = Buffer.concat([real, ...distorted(real, imageSize, createRandom(seed))]);
  const batch = Math.min(batchSize, labels.length);
  const steps = Math.min(characterSteps, characterEpochs * Math.floor(labels.length / batch));
  const judge = await trainGlyphClassifier({
    ...{ ...options, name: 'characterJudge', pictures, labels },
    ...{ batchSize: batch, steps },
  });
  return {
    ...judge,
    labelOf: (character) => numbers.get(dataset.characters.indexOf(character)) ?? -1,
  };
}

/** Distorted copies of pictures [N, S, S], so that a judge goes by the forms of letters. */
const distorted = (pictures: Uint8Array, imageSize: number, random: Random): Uint8Array[] => {
  const count = pictures.length / imageSize ** 2;
  const real = glyphTensor(pictures, imageSize);
  return Array.from({ length: distortedCopies }, (_, step) => {
    const distortions = drawDistortions({ random, step, count, imageSize, share: 1 });
    const { data } = distortPictures(real, distortions);
    return toGreyLevels(data, 1);
  });
};
