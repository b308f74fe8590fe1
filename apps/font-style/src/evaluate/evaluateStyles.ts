import type { GlyphDrawer } from '../drawing/index.ts';
import type { GlyphDataset } from '../glyphData/index.ts';
import { measureStyle, type Judges, type StyleResult } from './measureStyle.ts';
import type { Neighbour, NearestStyles } from './nearestStyles.ts';
import { pictureAt, readShaped } from './readShaped.ts';
import { byError, sheetColumns, type GlyphCase, type Sheets } from './saveSheets.ts';
import type { StyleTest } from './testGlyphs.ts';

/** What styles are evaluated with. */
export interface EvaluateStylesOptions {
  readonly dataset: GlyphDataset;
  /** The judge of styles numbers them in this order. */
  readonly tests: readonly StyleTest[];
  readonly drawer: Pick<GlyphDrawer, 'draw' | 'vectorOf'>;
  /** Undefined with a single style in the data set. */
  readonly nearest: NearestStyles | undefined;
  readonly judges: Judges;
  /** Single cases on each of the sheets of best and worst. */
  readonly cases: number;
  readonly signal: AbortSignal;
  /** Called with the glyphs that are done. */
  readonly onProgress: (done: number, style: string) => void;
}

/** A style with what was measured of it. */
export interface EvaluatedStyle extends StyleResult {
  /** Id of its font. */
  readonly name: string;
  /** Other styles by distance; absent with a single style. */
  readonly neighbours?: readonly Neighbour[];
}

/** Names of the rows of a style. */
export const rowNames = {
  ours: 'ours',
  source: 'source font',
  nearest: 'nearest styles',
} as const;

/**
 * Draws the test characters of every style and measures them beside the baselines.
 *
 * @throws the signal's reason when it aborts
 */
export async function evaluateStyles(
  options: EvaluateStylesOptions,
): Promise<{ readonly styles: readonly EvaluatedStyle[]; readonly sheets: Sheets }> {
  const { tests, nearest, judges, cases, signal, onProgress } = options;
  const styles: EvaluatedStyle[] = [];
  const rows: GlyphCase[][] = [];
  let [best, worst, done]: [GlyphCase[], GlyphCase[], number] = [[], [], 0];
  for (const [place, test] of tests.entries()) {
    signal.throwIfAborted();
    const { font, placement } = test.style;
    onProgress(done, font.id);
    const { source, ...pictures } = await drawStyle(test, options);
    const result = await measureStyle({ ...pictures, placement }, place, judges);
    const neighbours = nearest?.neighbours(test.font);
    styles.push({ ...result, name: font.id, ...(neighbours && { neighbours }) });
    const own = result.glyphs.map((glyph, at): GlyphCase => ({
      ...{ style: font.id, character: glyph.character, l1: glyph.l1 },
      strokes: glyph.missing + glyph.extra,
      pictures: [source, pictures.real, pictures.methods[0]!.pixels].map((pixels) =>
        pictureAt(pixels, at, placement.imageSize).slice(),
      ) as never,
    }));
    rows.push(own.slice(0, sheetColumns));
    best = [...best, ...own].sort(byError).slice(0, cases);
    worst = [...worst, ...own].sort((one, other) => byError(other, one)).slice(0, cases);
    done += own.length;
  }
  onProgress(done, '');
  return { styles, sheets: { rows, best, worst } };
}

/** The pictures that a style is measured by, all in the network's size. */
async function drawStyle(
  { style, font, characters }: StyleTest,
  { dataset, drawer, nearest, signal }: EvaluateStylesOptions,
) {
  const { imageSize } = style.placement;
  const places = (of: number) => characters.map((character) => ({ font: of, character }));
  const vector = await drawer.vectorOf(style);
  const ours = await drawer.draw(await dataset.read(places(0)), vector, { signal });
  const source = await readShaped(dataset, places(0), imageSize);
  const baselines = [
    { name: rowNames.source, pixels: source },
    ...(nearest === undefined
      ? []
      : [{ name: rowNames.nearest, pixels: await nearest.draw(font, characters) }]),
  ];
  return {
    source,
    characters: characters.map((character) => dataset.characters[character]!),
    real: await readShaped(dataset, places(font), imageSize),
    methods: [
      { name: rowNames.ours, isBaseline: false, pixels: ours },
      ...baselines.map((baseline) => ({ ...baseline, isBaseline: true })),
    ],
  };
}
