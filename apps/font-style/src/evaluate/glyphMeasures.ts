import {
  compareWithBaselines,
  isBetter,
  meanOf,
  type MeasureTable,
  type MethodResult,
} from '@gan-zoo/core';

/** What drawn glyphs are measured by; see {@link glyphMeasures}. */
export type GlyphMeasure =
  | 'l1'
  | 'ssim'
  | 'missing'
  | 'extra'
  | 'legibility'
  | 'relativeLegibility'
  | 'characterAccuracy'
  | 'styleAccuracy';

/**
 * - `l1`: mean absolute difference to the real glyph, 0 … 1
 * - `ssim`: structural similarity to it
 * - `missing`, `extra`: stroke loss, the share of its ink that ours lacks and the reverse
 * - `legibility`: share of characters that a recogniser of print reads rightly
 * - `relativeLegibility`: the same divided by that of the real font
 * - `characterAccuracy`: share that a classifier of real fonts takes for the character
 * - `styleAccuracy`: share that a classifier of the real fonts takes for the style
 */
export const glyphMeasures: MeasureTable<GlyphMeasure> = {
  l1: { title: 'L1', better: 'lower', digits: 4, counts: true },
  ssim: { title: 'SSIM', better: 'higher', digits: 4, counts: true },
  missing: { title: 'missing', better: 'lower', digits: 3, counts: true },
  extra: { title: 'extra', better: 'lower', digits: 3, counts: true },
  legibility: { title: 'legible', better: 'higher', digits: 3, counts: false },
  relativeLegibility: { title: 'legible/real', better: 'higher', digits: 3, counts: true },
  characterAccuracy: { title: 'character', better: 'higher', digits: 3, counts: false },
  styleAccuracy: { title: 'style', better: 'higher', digits: 3, counts: true },
};

const measureNames = Object.keys(glyphMeasures) as GlyphMeasure[];

/** A method, or the real font itself, with what was measured of it. */
export interface GlyphMethodResult extends MethodResult<GlyphMeasure> {
  /** The real font: what the judges say of it is the most that can be hoped for. */
  readonly isReal: boolean;
}

/**
 * Means over styles, method by method; each measure over the styles that have it. The relative
 * legibility is that of the means, so that a font that can hardly be read weighs little.
 *
 * @param styles of each the methods, in the same order
 */
export function meanOverStyles(
  styles: readonly (readonly GlyphMethodResult[])[],
): readonly GlyphMethodResult[] {
  const means = styles[0]!.map((method, place) => {
    const values = measureNames.flatMap((name) => {
      const known = styles.flatMap((methods) => methods[place]!.measures[name] ?? []);
      return known.length === 0 ? [] : [[name, meanOf(known)] as const];
    });
    return { ...method, measures: Object.fromEntries(values) as GlyphMethodResult['measures'] };
  });
  const real = means.find(({ isReal }) => isReal)?.measures.legibility;
  return means.map((method) => ({
    ...method,
    measures: { ...method.measures, ...relativeTo(real, method.measures.legibility) },
  }));
}

/** A legibility relative to the real font's; nothing where that is 0 or was not measured. */
export const relativeTo = (
  real: number | undefined,
  own: number | undefined,
): { readonly relativeLegibility?: number } =>
  real === undefined || real === 0 || own === undefined ? {} : { relativeLegibility: own / real };

/** A style by name with what was measured. */
export interface NamedResults {
  readonly name: string;
  readonly methods: readonly GlyphMethodResult[];
}

/**
 * Says measure by measure whether ours beats the baselines: on the mean, and in how many styles.
 *
 * @param mean as {@link meanOverStyles} makes it
 */
export function compareStyles(
  styles: readonly NamedResults[],
  mean: readonly GlyphMethodResult[],
): string[] {
  const judged = mean.filter(({ isReal }) => !isReal);
  return measureNames.flatMap((name) =>
    compareWithBaselines<string>(judged, { [name]: glyphMeasures[name] }).map(
      (sentence) => `${sentence}${styles.length < 2 ? '' : ` ${byStyle(styles, name)}`}`,
    ),
  );
}

function byStyle(styles: readonly NamedResults[], name: GlyphMeasure): string {
  const measured = styles.filter(({ methods }) => methods[0]!.measures[name] !== undefined);
  const lost = measured.filter(({ methods }) => {
    const ours = methods.find(({ isBaseline, isReal }) => !isBaseline && !isReal)!.measures[name]!;
    const rivals = methods.filter(({ isBaseline }) => isBaseline);
    return !rivals.every(({ measures }) => isBetter(glyphMeasures[name], ours, measures[name]!));
  });
  if (lost.length === 0) return `So it is in all ${measured.length} styles.`;
  if (lost.length === measured.length) return 'It beats every baseline in no style.';
  const won = measured.filter((style) => !lost.includes(style));
  const list = (some: readonly NamedResults[]): string =>
    some.map((style) => style.name).join(', ');
  const names = won.length < lost.length ? `: ${list(won)}` : `, not in: ${list(lost)}`;
  return `It beats every baseline in ${won.length} of ${measured.length} styles${names}.`;
}
