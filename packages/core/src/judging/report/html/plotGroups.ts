import { discriminatorMeasures, pictureMeasures } from '../../doctor/measureNames.ts';
import type { MetricsRecord } from '../../../training/run/index.ts';
import { nameInWords } from '../../../base/console/numberText.ts';

/** Lines that stand in one plot. */
export interface PlotGroup {
  readonly title: string;
  readonly metrics: readonly string[];
  /** What values are multiplied by, such as bytes to MB. */
  readonly scale: number;
  /** Whether they are the doctor's measures, which only explain its findings. */
  readonly isDoctors: boolean;
}

/** What a definition says of its plots, as far as a page needs it. */
export interface NamedPlot {
  readonly title: string;
  readonly metrics: readonly string[];
}

/** These count progress; they are no measure. */
const counters = new Set(['step', 'epoch', 'seconds']);

const doctorKinds: ReadonlySet<string> = new Set([...pictureMeasures, ...discriminatorMeasures]);

/** These come last: they are about the machine. */
const machinePlots: Readonly<Record<string, { title: string; scale: number }>> = {
  imagesPerSecond: { title: 'Images per second', scale: 1 },
  memoryBytes: { title: 'Memory in MB', scale: 1e-6 },
};

/**
 * Groups all metrics of a run into plots: those that the app names, then the others by what they
 * measure (`kid/fakeA` and `kid/fakeB`; `generatorLoss` and `discriminatorLoss`), then speed and
 * memory.
 */
export function groupPlots(
  records: readonly MetricsRecord[],
  plots: readonly NamedPlot[],
): PlotGroup[] {
  const present = new Set(records.flatMap((record) => Object.keys(record)));
  const named = plots
    .map(({ title, metrics }) => ({ title, metrics: metrics.filter((name) => present.has(name)) }))
    .filter(({ metrics }) => metrics.length > 0);
  const used = new Set(named.flatMap(({ metrics }) => metrics));
  const others = new Map<string, string[]>();
  for (const name of [...present].sort()) {
    if (counters.has(name) || used.has(name) || machinePlots[name] !== undefined) continue;
    const kind = kindOf(name);
    others.set(kind, [...(others.get(kind) ?? []), name]);
  }
  const ofMachine = Object.entries(machinePlots).filter(
    ([name]) => present.has(name) && !used.has(name),
  );
  return [
    ...named.map((plot) => ({ ...plot, scale: 1, isDoctors: false })),
    ...[...others].map(([kind, metrics]) => ({
      ...{ title: titleOf(kind, metrics), metrics, scale: 1 },
      isDoctors: doctorKinds.has(kind),
    })),
    ...ofMachine.map(([name, plot]) => ({ ...plot, metrics: [name], isDoctors: false })),
  ];
}

/** What stands before a slash, else the name's last word, domains such as A aside. */
const kindOf = (name: string): string =>
  name.includes('/')
    ? name.slice(0, name.indexOf('/'))
    : (nameInWords(name)
        .split(' ')
        .findLast((word) => word.length > 1) ?? name);

/** A single line's own name says more than its kind. */
function titleOf(kind: string, metrics: readonly string[]): string {
  if (kind === 'kid') return 'KID, lower is better';
  const words = nameInWords(metrics.length === 1 ? metrics[0]! : kind);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
