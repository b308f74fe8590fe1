import { join } from 'node:path';
import { formatComparison, writeFileAtomically } from '@gan-zoo/core';
import type { LoadedStyles } from '../drawing/index.ts';
import type { EvaluatedStyle } from './evaluateStyles.ts';
import {
  compareStyles,
  glyphMeasures,
  meanOverStyles,
  type GlyphMethodResult,
} from './glyphMeasures.ts';
import { describeDiversity, type LatentDiversity } from './latentDiversity.ts';
import type { TestGlyphs } from './testGlyphs.ts';

/** What an evaluation found. */
export interface Evaluation {
  readonly loaded: LoadedStyles;
  readonly test: TestGlyphs;
  readonly styles: readonly EvaluatedStyle[];
  /** Of methods whose styles are vectors. */
  readonly diversity?: LatentDiversity | undefined;
}

/** The table of all styles and their mean, what it shows in words, and how it was measured. */
export function describeEvaluation(evaluation: Evaluation): readonly string[] {
  const { test, styles, diversity } = evaluation;
  const mean = meanOverStyles(styles.map(({ methods }) => methods));
  const shown = styles.length < 2 ? styles : [...styles, { name: 'mean', methods: mean }];
  return [
    ...formatComparison(rowsOf(shown), glyphMeasures),
    '',
    ...compareStyles(styles, mean),
    ...(diversity === undefined ? [] : [describeDiversity(diversity)]),
    '',
    ...notesOf(evaluation, mean),
    ...styles.flatMap((style) => describeNeighbours(style, test)),
  ];
}

/** Rows with the style's name before the first method. */
function rowsOf(
  styles: readonly { readonly name: string; readonly methods: readonly GlyphMethodResult[] }[],
): GlyphMethodResult[] {
  const width = Math.max(...styles.map(({ name }) => name.length));
  return styles.flatMap(({ name, methods }) =>
    methods.map((method, at) => ({
      ...method,
      name: `${(at === 0 ? name : '').padEnd(width)}  ${method.name}`,
    })),
  );
}

function notesOf({ styles, test }: Evaluation, mean: readonly GlyphMethodResult[]): string[] {
  const measures = mean[0]!.measures;
  const readable = styles.reduce((sum, style) => sum + style.readable, 0);
  const all = styles.reduce((sum, { glyphs }) => sum + glyphs.length, 0);
  return [
    'missing, extra: share of the real ink that ours lacks, and of our ink that the real glyph lacks. ' +
      'L1 and SSIM forgive paper in the place of thin strokes, missing does not.',
    measures.legibility === undefined
      ? 'Legibility is not measured: the recogniser reads Chinese characters alone.'
      : `legible: share that a recogniser of print reads, by ${readable} of ${all} glyphs; ` +
        'legible/real: divided by that of the real font.',
    ...(measures.characterAccuracy === undefined
      ? []
      : [
          'character: share that a classifier of the real fonts’ characters takes for the right one; ' +
            'beside the real font’s own unseen glyphs. The nearest styles are made of glyphs that ' +
            'it learned from.',
        ]),
    measures.styleAccuracy === undefined
      ? 'Style accuracy is not measured: with a single style there is nothing to tell apart.'
      : 'style: share that a classifier of the real fonts takes for the style; the row of the real ' +
        'font is the ceiling.',
    'source font: the source’s glyph as it is.',
    ...(test.dataset.styles.length < 2
      ? ['With a single style in the data set there are no nearest styles.']
      : [
          'nearest styles: the mean of the same character in the 3 other styles that are nearest by ' +
            'the L1 of training glyphs. They are real glyphs of the tested characters, of the ' +
            'test part too: more than a network is shown.',
        ]),
  ];
}

function describeNeighbours({ name, neighbours }: EvaluatedStyle, test: TestGlyphs): string[] {
  if (neighbours === undefined) return [];
  const list = neighbours
    .slice(0, 3)
    .map(({ font, distance }) => `${test.dataset.fonts[font]!.id} (${distance.toFixed(4)})`);
  return [`  ${name}: ${list.join(', ')}`];
}

/**
 * Writes `evaluation.json`: every figure, also of single glyphs.
 *
 * @param folder exists
 */
export async function saveReport(folder: string, evaluation: Evaluation): Promise<void> {
  const { loaded, test, styles, diversity } = evaluation;
  const mean = meanOverStyles(styles.map(({ methods }) => methods));
  const { dataset, tests, leftOut } = test;
  const report = {
    ...{ checkpoint: loaded.path, step: loaded.step, method: loaded.config.method },
    imageSize: loaded.config.imageSize,
    data: { path: dataset.path, splitBy: dataset.header.splitBy, leftOut },
    styles: styles.map(({ neighbours, ...style }, at) => ({
      ...style,
      font: tests[at]!.style.font.name,
      neighbours: neighbours?.map(({ font, distance }) => ({
        ...{ name: dataset.fonts[font]!.id, distance },
      })),
    })),
    mean,
    verdicts: compareStyles(styles, mean),
    diversity,
  };
  await writeFileAtomically(
    join(folder, 'evaluation.json'),
    `${JSON.stringify(report, null, 2)}\n`,
  );
}
