/** What translated pictures are measured by. */
export type MeasureName = 'l1' | 'psnr' | 'ssim' | 'kid' | 'cycle';

/** Means over all pictures; a measure that could not be taken is absent. */
export type Measures<Name extends string = MeasureName> = Readonly<Partial<Record<Name, number>>>;

/** A method with what was measured of it. */
export interface MethodResult<Name extends string = MeasureName> {
  readonly name: string;
  /** Whether it learned nothing, so that a model should beat it. */
  readonly isBaseline: boolean;
  readonly measures: Measures<Name>;
  /** Standard deviation of the KID over its subsets. */
  readonly kidDeviation?: number;
}

/** How a measure is shown and judged. */
export interface Measure {
  /** Head of its column. */
  readonly title: string;
  readonly better: 'lower' | 'higher';
  readonly digits: number;
  /** Whether a method is judged by it: identity comes back perfectly and has done nothing. */
  readonly counts: boolean;
}

/** Measures by name, in the order of a table's columns. */
export type MeasureTable<Name extends string> = Readonly<Record<Name, Measure>>;

/** The measures of translated pictures. */
export const translationMeasures: MeasureTable<MeasureName> = {
  l1: { title: 'L1', better: 'lower', digits: 4, counts: true },
  psnr: { title: 'PSNR (dB)', better: 'higher', digits: 2, counts: true },
  ssim: { title: 'SSIM', better: 'higher', digits: 4, counts: true },
  kid: { title: 'KID', better: 'lower', digits: 4, counts: true },
  cycle: { title: 'cycle L1', better: 'lower', digits: 4, counts: false },
};

/** Whether one value of a measure is better than another; a draw is not. */
export const isBetter = ({ better }: Measure, one: number, other: number): boolean =>
  better === 'lower' ? one < other : one > other;

const namesOf = <Name extends string>(table: MeasureTable<Name>): Name[] =>
  Object.keys(table) as Name[];

/**
 * Lays results out as the lines of a table, a row for every method, `–` for what is missing.
 *
 * @param table the measures in the order of the columns; those never taken are left out
 */
export function formatComparison<Name extends string>(
  results: readonly MethodResult<Name>[],
  table: MeasureTable<Name>,
): string[] {
  const shown = namesOf(table).filter((name) =>
    results.some(({ measures }) => measures[name] !== undefined),
  );
  const rows = [
    ['', ...shown.map((name) => table[name].title)],
    ...results.map((result) => [
      result.name,
      ...shown.map((name) => formatMeasure(result, name, table)),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join('  ')
      .trimEnd(),
  );
}

/**
 * Says in words, measure by measure, whether the methods that learned something beat those that did
 * not, a sentence each.
 */
export function compareWithBaselines<Name extends string>(
  results: readonly MethodResult<Name>[],
  table: MeasureTable<Name>,
): string[] {
  const baselines = results.filter(({ isBaseline }) => isBaseline);
  const models = results.filter(({ isBaseline }) => !isBaseline);
  return models.flatMap((model) =>
    namesOf(table).flatMap((name) => {
      const rivals = baselines.filter(({ measures }) => measures[name] !== undefined);
      const isJudged = table[name].counts && model.measures[name] !== undefined;
      return isJudged && rivals.length > 0 ? [sentence(model, rivals, name, table)] : [];
    }),
  );
}

function sentence<Name extends string>(
  model: MethodResult<Name>,
  rivals: readonly MethodResult<Name>[],
  name: Name,
  table: MeasureTable<Name>,
): string {
  const measure = table[name];
  const unbeaten = rivals.filter(
    (rival) => !isBetter(measure, model.measures[name]!, rival.measures[name]!),
  );
  const list = (methods: readonly MethodResult<Name>[]): string =>
    methods.map((method) => `${method.name} (${formatMeasure(method, name, table)})`).join(' and ');
  const own = `${measure.title}: ${model.name} (${formatMeasure(model, name, table)})`;
  if (unbeaten.length === 0) return `${own} beats ${list(rivals)}.`;
  const beaten = rivals.filter((rival) => !unbeaten.includes(rival));
  const rest = beaten.length === 0 ? '' : `, only ${list(beaten)}`;
  return `${own} does not beat ${list(unbeaten)}${rest}.`;
}

function formatMeasure<Name extends string>(
  { measures, kidDeviation }: MethodResult<Name>,
  name: Name,
  table: MeasureTable<Name>,
): string {
  const value = measures[name];
  if (value === undefined) return '–';
  const { digits } = table[name];
  const text = value.toFixed(digits);
  return name === 'kid' && kidDeviation !== undefined
    ? `${text} ± ${kidDeviation.toFixed(digits)}`
    : text;
}
