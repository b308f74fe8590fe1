/** What a method's pictures are measured by. */
export type MeasureName = 'l1' | 'psnr' | 'ssim' | 'kid' | 'cycle';

/** Means over all pictures; a measure that could not be taken is absent. */
export type Measures = Readonly<Partial<Record<MeasureName, number>>>;

/** A method with what was measured of it. */
export interface MethodResult {
  readonly name: string;
  /** Whether it learned nothing, so that a model should beat it. */
  readonly isBaseline: boolean;
  readonly measures: Measures;
  /** Standard deviation of the KID over its subsets. */
  readonly kidDeviation?: number;
}

interface Measure {
  readonly title: string;
  readonly isBetter: (one: number, other: number) => boolean;
  readonly digits: number;
  /** Whether a method is judged by it: identity comes back perfectly and has done nothing. */
  readonly counts: boolean;
}

const lower = (one: number, other: number): boolean => one < other;
const higher = (one: number, other: number): boolean => one > other;

const table: Readonly<Record<MeasureName, Measure>> = {
  l1: { title: 'L1', isBetter: lower, digits: 4, counts: true },
  psnr: { title: 'PSNR (dB)', isBetter: higher, digits: 2, counts: true },
  ssim: { title: 'SSIM', isBetter: higher, digits: 4, counts: true },
  kid: { title: 'KID', isBetter: lower, digits: 4, counts: true },
  cycle: { title: 'cycle L1', isBetter: lower, digits: 4, counts: false },
};

const names = Object.keys(table) as MeasureName[];

/** Lays results out as the lines of a table, a row for every method, `–` for what is missing. */
export function formatComparison(results: readonly MethodResult[]): string[] {
  const shown = names.filter((name) =>
    results.some(({ measures }) => measures[name] !== undefined),
  );
  const rows = [
    ['', ...shown.map((name) => table[name].title)],
    ...results.map((result) => [result.name, ...shown.map((name) => formatMeasure(result, name))]),
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
export function compareWithBaselines(results: readonly MethodResult[]): string[] {
  const baselines = results.filter(({ isBaseline }) => isBaseline);
  const models = results.filter(({ isBaseline }) => !isBaseline);
  return models.flatMap((model) =>
    names.flatMap((name) => {
      const rivals = baselines.filter(({ measures }) => measures[name] !== undefined);
      const isJudged = table[name].counts && model.measures[name] !== undefined;
      return isJudged && rivals.length > 0 ? [sentence(model, rivals, name)] : [];
    }),
  );
}

function sentence(model: MethodResult, rivals: readonly MethodResult[], name: MeasureName): string {
  const { title, isBetter } = table[name];
  const unbeaten = rivals.filter(
    (rival) => !isBetter(model.measures[name]!, rival.measures[name]!),
  );
  const list = (methods: readonly MethodResult[]): string =>
    methods.map((method) => `${method.name} (${formatMeasure(method, name)})`).join(' and ');
  const own = `${title}: ${model.name} (${formatMeasure(model, name)})`;
  if (unbeaten.length === 0) return `${own} beats ${list(rivals)}.`;
  const beaten = rivals.filter((rival) => !unbeaten.includes(rival));
  const rest = beaten.length === 0 ? '' : `, only ${list(beaten)}`;
  return `${own} does not beat ${list(unbeaten)}${rest}.`;
}

function formatMeasure({ measures, kidDeviation }: MethodResult, name: MeasureName): string {
  const value = measures[name];
  if (value === undefined) return '–';
  const text = value.toFixed(table[name].digits);
  return name === 'kid' && kidDeviation !== undefined
    ? `${text} ± ${kidDeviation.toFixed(table[name].digits)}`
    : text;
}
