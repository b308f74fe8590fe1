import { imageErrors, meanOf } from '@gan-zoo/core';
import type { GlyphPlacement } from '@gan-zoo/fonts';
import { glyphTensor } from '../glyphData/index.ts';
import {
  classifierAccuracy,
  compareLegibility,
  strokeLoss,
  type GlyphClassifier,
  type LegibilityJudge,
} from '../judges/index.ts';
import { relativeTo, type GlyphMethodResult } from './glyphMeasures.ts';
import { pictureAt } from './readShaped.ts';
import type { CharacterJudge } from './realJudges.ts';

/** Pictures that a method made of characters. */
export interface MethodPictures {
  readonly name: string;
  /** Whether it learned nothing. */
  readonly isBaseline: boolean;
  /** Grey levels [N, S, S], ink 0 on paper 255. */
  readonly pixels: Uint8Array;
}

/** Characters in one style, real and made. */
export interface StylePictures {
  /** N of them. */
  readonly characters: readonly string[];
  /** The real font's glyphs [N, S, S]. */
  readonly real: Uint8Array;
  /** Ours first, then the baselines. */
  readonly methods: readonly MethodPictures[];
  /** Where the real font's glyphs stand in their pictures, of which it has the size. */
  readonly placement: GlyphPlacement;
}

/** Who judges besides plain differences; what is undefined is not measured. */
export interface Judges {
  readonly legibility?: LegibilityJudge | undefined;
  readonly style?: GlyphClassifier | undefined;
  readonly character?: CharacterJudge | undefined;
}

/** How one glyph of ours fared. */
export interface GlyphResult {
  readonly character: string;
  readonly l1: number;
  readonly ssim: number;
  readonly missing: number;
  readonly extra: number;
}

/** What was measured of a style. */
export interface StyleResult {
  /** In the order of the pictures, then the real font. */
  readonly methods: readonly GlyphMethodResult[];
  /** Ours, one by one. */
  readonly glyphs: readonly GlyphResult[];
  /** How many characters the recogniser knows. */
  readonly readable: number;
  /** Characters that are read in the real font but not in ours. */
  readonly lost: readonly string[];
}

/** Name of the row of the real font. */
export const realName = 'real font';

/**
 * Measures pictures of one style by the real font's glyphs. All methods' pictures are taken for
 * glyphs of that style: they are read where its glyphs stand.
 *
 * @param place the style's number for the judge of styles
 */
export async function measureStyle(
  pictures: StylePictures,
  place: number,
  judges: Judges,
): Promise<StyleResult> {
  const { characters, real, methods } = pictures;
  const accuraciesOf = async (pixels: Uint8Array): Promise<Accuracies> => {
    const { style, character } = judges;
    const styles = characters.map(() => place);
    const names = characters.map((each) => character?.labelOf(each) ?? -1);
    return {
      ...(character && { characterAccuracy: await classifierAccuracy(character, pixels, names) }),
      ...(style && { styleAccuracy: await classifierAccuracy(style, pixels, styles) }),
    };
  };
  const measured = [];
  for (const method of methods) {
    const glyphs = glyphErrors(method.pixels, pictures);
    const read = await readGlyphs(method.pixels, pictures, judges);
    measured.push({ ...method, glyphs, read, accuracies: await accuraciesOf(method.pixels) });
  }
  const [ours] = measured;
  const results = measured.map(({ name, isBaseline, glyphs, read, accuracies }) => ({
    ...{ name, isBaseline, isReal: false },
    measures: { ...meansOf(glyphs), ...legibilityOf(read?.real, read?.ours), ...accuracies },
  }));
  const realMeasures = {
    ...legibilityOf(ours!.read?.real, ours!.read?.real),
    ...(await accuraciesOf(real)),
  };
  const ceiling = { name: realName, isBaseline: false, isReal: true, measures: realMeasures };
  return {
    methods: [...results, ceiling],
    glyphs: ours!.glyphs.map((errors, at) => ({ character: characters[at]!, ...errors })),
    readable: ours!.read?.characters ?? 0,
    lost: ours!.read?.lost ?? [],
  };
}

type Accuracies = Partial<Record<'characterAccuracy' | 'styleAccuracy', number>>;

type GlyphErrors = Omit<GlyphResult, 'character'>;

function glyphErrors(pixels: Uint8Array, { real, placement }: StylePictures): GlyphErrors[] {
  const { imageSize } = placement;
  const { l1, ssim } = imageErrors(glyphTensor(pixels, imageSize), glyphTensor(real, imageSize));
  const { missing, extra } = strokeLoss(pixels, real, { imageSize });
  return l1.map((error, at) => ({
    ...{ l1: error, ssim: ssim[at]!, missing: missing[at]!, extra: extra[at]! },
  }));
}

const meansOf = (glyphs: readonly GlyphErrors[]): GlyphErrors => ({
  l1: meanOf(glyphs.map(({ l1 }) => l1)),
  ssim: meanOf(glyphs.map(({ ssim }) => ssim)),
  missing: meanOf(glyphs.map(({ missing }) => missing)),
  extra: meanOf(glyphs.map(({ extra }) => extra)),
});

/** Undefined without a recogniser, or when it knows none of the characters. */
async function readGlyphs(
  pixels: Uint8Array,
  { characters, real, placement }: StylePictures,
  { legibility }: Judges,
) {
  const codepoints = characters.map((character) => character.codePointAt(0)!);
  if (!codepoints.some((codepoint) => legibility?.knows(codepoint))) return undefined;
  const glyphs = (all: Uint8Array) =>
    codepoints.map((codepoint, at) => ({
      codepoint,
      pixels: pictureAt(all, at, placement.imageSize),
    }));
  return compareLegibility(legibility!, { ours: glyphs(pixels), real: glyphs(real), placement });
}

const legibilityOf = (real: number | undefined, own: number | undefined) =>
  own === undefined ? {} : { legibility: own, ...relativeTo(real, own) };
