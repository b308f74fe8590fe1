import type { MetricsRecord } from '../../training/run/index.ts';
import type { Finding } from './finding.ts';
import { nameOf, spanOf } from './formatFindings.ts';
import { formatMeasureTable, howMeasured, measureRows } from './measureTable.ts';
import type { DoctorMeasure } from './measureNames.ts';
import type { Patient } from './rules/index.ts';
import { lookPatience, warmupSteps } from './rules/looks.ts';
import { shown } from './rules/rule.ts';

/** What a report is made of. */
export interface ReportOptions {
  readonly app: string;
  /** Absolute path of the run folder. */
  readonly path: string;
  readonly records: readonly MetricsRecord[];
  readonly findings: readonly Finding[];
  readonly patient: Patient;
}

const howToChange =
  'Options of a network need a new run; others may change on the way: --resume <run> --override <options>.';

/** The doctor's report on a run, as lines of text. */
export function formatReport({ app, path, records, findings, patient }: ReportOptions): string[] {
  const lastStep = records.at(-1)?.step ?? 0;
  const rows = measureRows(records, patient);
  const names = new Set(rows.map(({ name }) => name.split('/')[0]!));
  const scored = patient.discriminators.some(({ realScore }) => realScore !== undefined);
  const how = Object.entries(howMeasured).filter(([name]) =>
    name === 'scores' ? scored && rows.length > 0 : names.has(name),
  );
  return [
    `${app}: ${path}, ${records.length} records up to step ${lastStep}`,
    '',
    ...verdictLines(findings, records.length),
    ...findings.flatMap((finding, index) => ['', ...findingLines(finding, index + 1)]),
    ...(findings.length === 0 ? [] : ['', howToChange]),
    ...(rows.length === 0 ? [] : ['', 'Measures', ...indent(formatMeasureTable(rows))]),
    ...(names.has('diversity' satisfies DoctorMeasure) || patient.fakes.length === 0
      ? []
      : ['', 'No measures of samples were logged: the run has no look with reference pictures.']),
    ...(how.length === 0 ? [] : ['', 'How they are measured']),
    ...indent(how.map(([name, text]) => `${name}: ${text}`)),
    ...(names.has('diversity') ? indent([whenAlarmed(patient)]) : []),
  ];
}

/** From when on measures of samples count. */
const whenAlarmed = ({ config }: Patient): string =>
  `Samples are in trouble after ${lookPatience.readings} looks in a row over at least ` +
  `${lookPatience.steps} steps; blank, alike or patterned ones from step ${warmupSteps(config)} on.`;

function verdictLines(findings: readonly Finding[], recordCount: number): string[] {
  if (recordCount === 0) return ['No metrics yet: nothing to judge.'];
  if (findings.length === 0) return ['healthy: no trouble found'];
  const active = findings.filter(({ status }) => status === 'active').length;
  const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`;
  return [active === 0 ? `${count}, all passed` : `${count}, ${active} still there`];
}

function findingLines(finding: Finding, number: number): string[] {
  const measured = Object.entries(finding.measured).map(
    ([name, value]) => `${name} ${shown(value)}`,
  );
  return [
    `${number}. ${finding.severity}: ${nameOf(finding)}, ${spanOf(finding)}`,
    ...indent([finding.explanation, finding.suggestion, `Measured: ${measured.join(', ')}`]),
  ];
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `   ${line}`);
