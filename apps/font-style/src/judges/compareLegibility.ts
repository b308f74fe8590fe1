import type { GlyphPicture, GlyphPlacement } from '@gan-zoo/fonts';
import type { LegibilityJudge } from './legibility.ts';

/** How many of a style's characters can be read, beside those of the real font. */
export interface LegibilityComparison {
  /** Characters that the recogniser knows; all else does not count. */
  readonly characters: number;
  /** Share that is read rightly, 0 … 1. */
  readonly ours: number;
  readonly real: number;
  /** `ours / real`; above 1 when ours are plainer than the real ones. NaN without characters. */
  readonly relative: number;
  /** Mean probability of the right character. */
  readonly oursProbability: number;
  readonly realScore: number;
  /** Characters that are read in the real font but not in ours. */
  readonly lost: readonly string[];
}

/** Pictures of the same characters, made in the same way. */
export interface LegibilityPictures {
  readonly ours: readonly GlyphPicture[];
  /** Of the real font, in the same order. */
  readonly real: readonly GlyphPicture[];
  readonly placement: GlyphPlacement;
}

/** Lets a recogniser read pictures of a style and those of the real font. */
export async function compareLegibility(
  judge: LegibilityJudge,
  { ours, real, placement }: LegibilityPictures,
): Promise<LegibilityComparison> {
  const isKnown = ({ codepoint }: GlyphPicture): boolean => judge.knows(codepoint);
  const known = ours.filter(isKnown);
  const oursRead = await judge.read(known, placement);
  const realRead = await judge.read(real.filter(isKnown), placement);
  const characters = known.map(({ codepoint }) => String.fromCodePoint(codepoint));
  const isRight = (readings: typeof oursRead) =>
    characters.map((character, at) => readings[at]!.text === character);
  const [oursRight, realRight] = [isRight(oursRead), isRight(realRead)];
  const [oursShare, realShare] = [shareOf(oursRight), shareOf(realRight)];
  const probability = (readings: typeof oursRead): number =>
    readings.reduce((sum, reading) => sum + reading.probability, 0) / readings.length;
  return {
    characters: characters.length,
    ours: oursShare,
    real: realShare,
    relative: oursShare / realShare,
    oursProbability: probability(oursRead),
    realScore: probability(realRead),
    lost: characters.filter((_, at) => realRight[at]! && !oursRight[at]!),
  };
}

const shareOf = (values: readonly boolean[]): number =>
  values.filter(Boolean).length / values.length;
