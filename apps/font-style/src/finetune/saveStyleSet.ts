import { createHash } from 'node:crypto';
import { assertEmptyFolder } from '@gan-zoo/core';
import type { SourceGlyphs } from '../drawing/index.ts';
import type { GlyphDataset, PackedGlyph } from '../glyphData/index.ts';
import { findPrepared, holdBackCharacters, packPicture, writeGlyphSet } from '../prepare/index.ts';
import type { ChosenSamples } from './chooseSamples.ts';
import type { NewStyle } from './newStyle.ts';

/** What a data set of one new style is made of. */
export interface StyleSet {
  /** Absolute path of a new or empty folder, or one with the same data set, which is kept. */
  readonly out: string;
  /** The data set of the run, whose source font stays. */
  readonly glyphs: GlyphDataset;
  /** The characters in the source font. */
  readonly source: SourceGlyphs;
  readonly style: NewStyle;
  /** Which of `source.characters`. */
  readonly chosen: ChosenSamples;
  readonly seed: number;
}

/**
 * Writes a data set of two fonts: the source and a new style.
 *
 * @throws UserError when the folder holds something else, or cannot be written
 */
export async function saveStyleSet({
  out,
  glyphs,
  source,
  style,
  chosen,
  seed,
}: StyleSet): Promise<void> {
  const places = [...chosen.training, ...chosen.test].sort((a, b) => a - b);
  const characters = places.map((place) => source.characters[place]!);
  const test = new Set(chosen.test);
  const held = new Set([...places.keys()].filter((at) => test.has(places[at]!)));
  const size = glyphs.imageSize ** 2;
  const ofSource = places.map((place): PackedGlyph => {
    const pixels = source.pixels.subarray(place * size, (place + 1) * size);
    return { bytes: packPicture(pixels), advance: source.advances[place]! };
  });
  const ofStyle = characters.map((character, at): PackedGlyph => {
    const { bytes, advance = ofSource[at]!.advance } = style.glyphs.get(character)!;
    return { bytes, advance };
  });
  const fonts = [ofSource, ofStyle];
  const { imageSize, layout } = glyphs.header;
  const testShare = held.size / characters.length;
  const about = { imageSize, layout, seed, splitBy: 'characters', testShare } as const;
  const facts = [glyphs.fonts[0]!, style.facts];
  const recipe = recipeOf({ about, facts, characters, held: [...held] }, fonts);
  if ((await findPrepared(out, recipe)) !== undefined) return;
  await assertEmptyFolder(out, '--data');
  await writeGlyphSet(out, {
    ...{ characters, facts, about: { ...about, recipe } },
    fonts: inTurn(fonts),
    split: (index) => holdBackCharacters(index, characters.length, held),
  });
}

// eslint-disable-next-line @typescript-eslint/require-await -- what is written comes asynchronously
async function* inTurn<Item>(items: readonly Item[]): AsyncGenerator<Item, void, undefined> {
  yield* items;
}

function recipeOf(facts: object, fonts: readonly (readonly PackedGlyph[])[]): string {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const { bytes, advance } of fonts.flat()) hash.update(bytes).update(String(advance));
  return hash.digest('hex');
}
