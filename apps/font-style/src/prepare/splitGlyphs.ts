import { createRandom } from '@gan-zoo/core';
import type { SplitName } from '../glyphData/index.ts';
import { partCodes, type GlyphIndex } from '../glyphData/glyphFile.ts';

/** How glyphs are divided into those to learn from and those held back. */
export interface SplitOptions {
  readonly splitBy: SplitName;
  /** Share that is held back, 0 to below 1. */
  readonly testShare: number;
  readonly seed: number;
}

/**
 * Marks every glyph of an index as training or test, by the seed. `characters` holds back whole
 * characters in all fonts; `pairs` single glyphs of the styles, as the published studies did.
 *
 * @param index fonts one after the other, the source first; its parts are set
 * @param characterCount characters of every font
 */
export function splitGlyphs(
  index: GlyphIndex,
  characterCount: number,
  { splitBy, testShare, seed }: SplitOptions,
): void {
  const draws = createRandom(seed).stream('glyphs/split').at(0);
  if (splitBy === 'pairs') {
    holdBackCharacters(index, characterCount, new Set());
    const present = [...index.lengths.keys()].filter((place) => index.lengths[place]! > 0);
    const pairs = present.filter((place) => place >= characterCount);
    for (const order of draws
      .permutation(pairs.length)
      .subarray(0, share(pairs.length, testShare))) {
      index.parts[pairs[order]!] = partCodes.test;
    }
    return;
  }
  const order = draws.permutation(characterCount).subarray(0, share(characterCount, testShare));
  holdBackCharacters(index, characterCount, new Set(order));
}

/**
 * Marks the glyphs of some characters as test in all fonts, and all others as training.
 *
 * @param index as that of {@link splitGlyphs}
 * @param held places of the characters
 */
export function holdBackCharacters(
  index: GlyphIndex,
  characterCount: number,
  held: ReadonlySet<number>,
): void {
  for (const [place, length] of index.lengths.entries()) {
    if (length === 0) continue;
    index.parts[place] = held.has(place % characterCount) ? partCodes.test : partCodes.training;
  }
}

/** Rounded down, but not to none. */
function share(count: number, testShare: number): number {
  if (testShare === 0 || count < 2) return 0;
  return Math.max(1, Math.floor(count * testShare));
}
