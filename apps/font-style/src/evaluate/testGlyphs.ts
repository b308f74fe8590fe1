import { createRandom, UserError } from '@gan-zoo/core';
import type { LoadedStyles, TrainedStyle } from '../drawing/index.ts';
import { openGlyphs, type GlyphDataset } from '../glyphData/index.ts';

/** A style with the characters that it is tested on. */
export interface StyleTest {
  /** As the run knows it. */
  readonly style: TrainedStyle;
  /** Place of its font in the data set's `fonts`. */
  readonly font: number;
  /** Places of characters in the data set; training never saw them in this style. */
  readonly characters: readonly number[];
}

/** What a run is evaluated on. */
export interface TestGlyphs {
  readonly dataset: GlyphDataset;
  /** Styles that the run was trained on and that have test glyphs, the same characters first. */
  readonly tests: readonly StyleTest[];
  /** Test glyphs of the data set that the run was trained on all the same, with another split. */
  readonly leftOut: number;
}

/** Options of {@link openTestGlyphs}. */
export interface TestGlyphsOptions {
  readonly loaded: LoadedStyles;
  /** Data set to read, absolute; of the same fonts as the run's. */
  readonly path: string;
  /** Most characters per style. */
  readonly count: number;
  /** Chooses them. */
  readonly seed: number;
}

/**
 * Opens the test part of a data set, in the styles that a run was trained on.
 *
 * @throws UserError when it is not there, has other fonts or another size than the run's, or nothing
 *   that training did not see
 */
export async function openTestGlyphs(options: TestGlyphsOptions): Promise<TestGlyphs> {
  const { loaded, path } = options;
  const dataset = await openGlyphs(path);
  try {
    assertAlike(dataset, loaded);
    const chosen = chooseTests(dataset, options);
    if (chosen.tests.length > 0) return { dataset, ...chosen };
    throw new UserError(
      `${dataset.path}: expected test glyphs that training never saw, in a style of the run, ` +
        `received none. Name a data set with a test part with --data.`,
    );
  } catch (error) {
    await dataset.close();
    throw error;
  }
}

function chooseTests(
  dataset: GlyphDataset,
  { loaded, count, seed }: TestGlyphsOptions,
): Pick<TestGlyphs, 'tests' | 'leftOut'> {
  const isTrained = trainedGlyphs(loaded);
  const order = [
    ...createRandom(seed)
      .stream('evaluate/characters')
      .at(0)
      .permutation(dataset.characters.length),
  ];
  let leftOut = 0;
  const unseen = loaded.styles.map((style) => {
    const font = fontOf(dataset, style);
    const held = new Set(dataset.pairs('test', [font - 1]).map(({ character }) => character));
    for (const character of held) {
      if (!isTrained(style, dataset.characters[character]!)) continue;
      held.delete(character);
      leftOut++;
    }
    return { style, font, held };
  });
  const isCommon = (character: number): boolean => unseen.every(({ held }) => held.has(character));
  const sorted = [...order.filter(isCommon), ...order.filter((each) => !isCommon(each))];
  const tests = unseen
    .map(({ style, font, held }) => {
      const characters = sorted.filter((character) => held.has(character)).slice(0, count);
      return { style, font, characters };
    })
    .filter(({ characters }) => characters.length > 0);
  return { tests, leftOut };
}

/** Which glyphs a run was trained on: the checkpoint carries the widths of those, and of no others. */
function trainedGlyphs({ glyphs }: LoadedStyles) {
  const places = new Map(glyphs.characters.map((character, place) => [character, place]));
  return ({ place }: TrainedStyle, character: string): boolean => {
    const known = places.get(character);
    return known !== undefined && glyphs.advance({ font: place + 1, character: known }) > 0;
  };
}

const fontOf = ({ fonts }: GlyphDataset, { font: { id } }: TrainedStyle): number =>
  fonts.findIndex((font, place) => place > 0 && font.id === id);

function assertAlike(dataset: GlyphDataset, { glyphs, styles }: LoadedStyles): void {
  const [source] = glyphs.fonts;
  const missing = styles.filter((style) => fontOf(dataset, style) < 0);
  const isSame = dataset.fonts[0]!.id === source!.id && dataset.imageSize === glyphs.imageSize;
  if (isSame && missing.length === 0) return;
  const lacks = missing.map(({ font }) => font.id).join(', ');
  throw new UserError(
    `${dataset.path}: expected glyphs of ${glyphs.imageSize} px, source ${source!.id} and the styles ` +
      `of the run, received ${dataset.imageSize} px, source ${dataset.fonts[0]!.id} and ` +
      `${lacks === '' ? 'all styles' : `no ${lacks}`}. Name the data set of the run with --data.`,
  );
}
