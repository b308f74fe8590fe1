import type { MetricsRecord } from '../../training/run/index.ts';
import { measureKey, type DoctorMeasure } from './measureNames.ts';
import { patterned } from './rules/checkerboard.ts';
import { inverted } from './rules/colourInversion.ts';
import { blankContrast, stillChange } from './rules/deadGenerator.ts';
import { alike, fall } from './rules/modeCollapse.ts';
import { byHeart } from './rules/overfitting.ts';
import type { Patient } from './rules/index.ts';
import { shown } from './rules/rule.ts';
import { averagedSteps, imbalancedSteps, strongGap, weakGap } from './rules/scores.ts';

/** A line of the table: one measure over a run. */
export interface MeasureRow {
  readonly name: string;
  readonly last: number;
  readonly least: number;
  readonly most: number;
  /** How often it was logged. */
  readonly count: number;
  /** When it is trouble. */
  readonly alarm: string;
}

const alarms: Readonly<Record<DoctorMeasure, string>> = {
  diversity: `< ${alike.trouble}, or < ${fall.trouble} of its highest`,
  distinctness: `< ${alike.trouble}`,
  contrast: `< ${blankContrast.trouble}`,
  change: `< ${stillChange.trouble}`,
  checkerboard: `> ${patterned.trouble}`,
  correlation: `< ${inverted.trouble}`,
  overfitting: `> ${byHeart.trouble} by two errors`,
  overfittingError: '',
};

/** How each measure is taken, for readers of a report. */
export const howMeasured: Readonly<Record<DoctorMeasure | 'scores', string>> = {
  scores:
    `the discriminator's mean verdict on real and fake pictures of training (1 real, 0 fake), ` +
    `averaged over about ${averagedSteps} steps; too strong when they are more than ` +
    `${strongGap.trouble} apart, too weak when less than ${weakGap.trouble}, for ${imbalancedSteps} steps`,
  diversity:
    'mean root mean square difference between any two samples at 16 px, as a share of that ' +
    'between real pictures; 1 is as diverse as the data',
  distinctness: 'the same between each sample and the one most like it',
  contrast:
    'mean standard deviation of pixels inside a sample, as a share of that in real pictures',
  change:
    'root mean square difference of the first samples since the last look at 8 px, as a share of ' +
    'the difference between two real pictures, per 100 steps when looks are closer',
  checkerboard:
    'amplitude of what repeats every 2 or 3 px in step over neighbouring blocks, in multiples of ' +
    'that in real pictures, or of 1 % of the range where they have less',
  correlation:
    'of a translation with its input, or of the mean sample with the mean real picture, at 16 px; ' +
    '-1 is a negative; left out where mean pictures say nothing or the data ask for a negative',
  overfitting:
    'r_v = (D(training) - D(held back)) / (D(training) - D(samples)), mean logits (arXiv ' +
    '2006.06676); 0 none, 1 known by heart',
  overfittingError: 'its standard error, from the number of pictures judged',
};

/** What was measured of a run: verdicts, then the measures of samples and discriminators. */
export function measureRows(
  records: readonly MetricsRecord[],
  { fakes, discriminators }: Pick<Patient, 'fakes' | 'discriminators'>,
): MeasureRow[] {
  const scores = discriminators.flatMap(({ realScore, fakeScore }) =>
    [realScore, fakeScore].flatMap((name) => (name === undefined ? [] : [{ name, alarm: '' }])),
  );
  const measures = Object.entries(alarms).flatMap(([measure, alarm]) =>
    [...fakes, ...discriminators].map(({ name }) => ({
      name: measureKey(measure as DoctorMeasure, name),
      alarm,
    })),
  );
  return [...scores, ...measures].flatMap(({ name, alarm }) => {
    const values = records.flatMap(({ step, [name]: value }) =>
      // The first look shows untrained networks.
      value === undefined || step === 0 ? [] : [value],
    );
    if (values.length === 0) return [];
    return [
      {
        ...{ name, alarm, count: values.length, last: values.at(-1)! },
        least: values.reduce((least, value) => Math.min(least, value)),
        most: values.reduce((most, value) => Math.max(most, value)),
      },
    ];
  });
}

/** Rows as lines of text with aligned columns, headings first. */
export function formatMeasureTable(rows: readonly MeasureRow[]): string[] {
  const cells = [
    ['measure', 'last', 'lowest', 'highest', 'times', 'alarm'],
    ...rows.map(({ name, last, least, most, count, alarm }) => [
      name,
      ...[last, least, most].map(shown),
      String(count),
      alarm,
    ]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 || column === row.length - 1
          ? cell.padEnd(widths[column]!)
          : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
}
