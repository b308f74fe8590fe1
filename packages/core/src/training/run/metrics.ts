import { readFile } from 'node:fs/promises';

import { UserError } from '@gan-zoo/compiler';

import { writeFileAtomically } from '../../base/files/atomicFile.ts';
import { explainFileError } from '../../base/files/fileErrors.ts';

/** One line of `metrics.jsonl`: `step`, by habit `epoch`, `seconds` and `imagesPerSecond`, losses. */
export interface MetricsRecord {
  /** Calls of the train step so far. */
  readonly step: number;
  /** Passes over the data so far. */
  readonly epoch?: number;
  /** Wall time since the start of the training, over all its resumes. */
  readonly seconds?: number;
  readonly imagesPerSecond?: number;
  /** Losses and other measures, by name. */
  readonly [metric: string]: number | undefined;
}

/** What {@link readMetrics} found. */
export interface MetricsContent {
  readonly records: MetricsRecord[];
  /** Text of a last line without line break: half written when the process was killed. */
  readonly tornLine: string | undefined;
}

/** One line without line break; JSON knows no NaN and Infinity, so these become texts. */
export function encodeMetrics(record: MetricsRecord): string {
  return JSON.stringify(record, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}

/**
 * Reads `metrics.jsonl`. A torn last line is left out and reported; a file that does not exist has
 * no records.
 *
 * @throws UserError when another line is not a record
 */
export async function readMetrics(path: string): Promise<MetricsContent> {
  const lines = (await readText(path)).split('\n');
  // After the last complete line follows an empty text; anything else there has no line break yet.
  const rest = lines.pop();
  const records = lines.map((line, index) => {
    const record = decode(line);
    if (record !== undefined) return record;
    throw new UserError(
      `${path}, line ${index + 1}: expected a JSON object with a step, received ` +
        `${JSON.stringify(line.slice(0, 60))}. Remove the line, or restore the file.`,
    );
  });
  return { records, tornLine: rest === '' ? undefined : rest };
}

/** Where {@link truncateMetrics} cuts. */
export interface MetricsEnd {
  /** The last step that stays. */
  readonly step: number;
  /** At most so many records stay; default all up to the step. */
  readonly records?: number | undefined;
}

/**
 * Drops all records after a point, and a torn last line: a resumed run writes them anew. Do it
 * before a writer opens the file.
 *
 * @returns how many records were dropped
 */
export async function truncateMetrics(path: string, end: MetricsEnd): Promise<number> {
  const { records, tornLine } = await readMetrics(path);
  const kept = records.slice(0, end.records).filter((record) => record.step <= end.step);
  if (kept.length === records.length && tornLine === undefined) return 0;
  const text = kept.map((record) => `${encodeMetrics(record)}\n`).join('');
  await writeFileAtomically(path, text, 'the metrics');
  return records.length - kept.length;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw explainFileError(error, 'read the metrics', path);
  }
}

const nonFinite = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

function decode(line: string): MetricsRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line, (_key, entry: unknown) =>
      typeof entry === 'string' ? (nonFinite.get(entry) ?? entry) : entry,
    );
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('step' in value)) return undefined;
  return typeof value.step === 'number' ? withTodaysNames(value as MetricsRecord) : undefined;
}

/** What metrics of runs of versions before 0.2 are called now. */
const renamed: Readonly<Record<string, string>> = {
  realProbability: 'realScore',
  fakeProbability: 'fakeScore',
};

function withTodaysNames(record: MetricsRecord): MetricsRecord {
  if (!Object.keys(renamed).some((name) => name in record)) return record;
  const entries = Object.entries(record).map(([name, value]) => [renamed[name] ?? name, value]);
  return Object.fromEntries(entries) as MetricsRecord;
}
