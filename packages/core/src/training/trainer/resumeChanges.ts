import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '@gan-zoo/compiler';
import type { z } from 'zod';
import { describeFields, type ConfigField } from '../../base/options/configField.ts';
import { flagOf } from '../../base/options/flagNames.ts';
import { didYouMean } from '../../base/options/index.ts';
import { resolveUserPath } from '../../base/files/index.ts';
import { optionsOutsideResult, type TrainConfig } from '../../gan/definition/trainFields.ts';
import type { DataFingerprint } from './trainPosition.ts';

/** An option, or the data, that differs from the run's. */
export interface ResumeChange {
  /** Key of the option, or `data`. */
  readonly key: string;
  readonly before: unknown;
  readonly now: unknown;
}

/** What a resume changes. */
export interface ResumeChanges {
  /** The configuration that the training goes on with. */
  readonly config: TrainConfig;
  /** Changes of the result that `--override` named. */
  readonly overridden: readonly ResumeChange[];
  /** Changes that need no permission: length, output, backend and threads. */
  readonly free: readonly ResumeChange[];
}

/** What {@link compareWithRun} compares. */
export interface ResumedOptions {
  readonly schema: z.ZodObject;
  /** Path of the run, for messages. */
  readonly run: string;
  /** The run's configuration, and the folder that its relative paths start from. */
  readonly before: Readonly<Record<string, unknown>>;
  readonly runFolder: string;
  /** The resolved configuration of this call, and where the user stands. */
  readonly config: TrainConfig;
  readonly workingFolder: string;
  /** Keys that the user gave. */
  readonly explicitKeys: ReadonlySet<string>;
}

const pathPlaceholders = new Set(['folder', 'path', 'file', 'run folder']);
/** They change the bytes by rounding alone; a run may move to another machine. */
const roundingKeys = new Set(['backend', 'threads']);

/**
 * Compares a call's options with those of the run that it resumes. More epochs, other output and
 * another number of threads are allowed; whatever else differs must be named with `--override`.
 *
 * @throws UsageError that lists what differs and was not named, or a name that is no option
 */
export function compareWithRun(options: ResumedOptions): ResumeChanges {
  const fields = describeFields(options.schema);
  const config = withRunPaths(options, fields);
  const names = overrideNames(config.override ?? [], fields);
  const outside = optionsOutsideResult(options.schema);
  const changes = fields
    .filter(({ key }) => options.explicitKeys.has(key) && key !== 'resume' && key !== 'override')
    .map((field) => ({
      key: field.key,
      // An option that is newer than the run had its default, so to speak.
      before: options.before[field.key] ?? field.default,
      now: valueOf(config, field.key),
    }))
    .filter(({ before, now }) => !isSame(before, now));
  const isFree = ({ key, before, now }: ResumeChange): boolean =>
    outside.has(key) || roundingKeys.has(key) || (key === 'epochs' && Number(now) > Number(before));
  const free = changes.filter(isFree);
  const others = changes.filter((change) => !isFree(change));
  assertOverridden(options.run, others, names);
  return { config, overridden: others, free };
}

/**
 * Compares the data with what the checkpoint was trained on.
 *
 * @returns the change, if there is one and `--override data` allows it
 * @throws UsageError when it does not
 */
export function compareData(
  run: string,
  config: TrainConfig,
  before: readonly DataFingerprint[] | undefined,
  now: readonly DataFingerprint[],
): ResumeChange | undefined {
  if (before === undefined || isSame(before, now)) return undefined;
  const text = (data: readonly DataFingerprint[]): string =>
    data.map(({ count, fingerprint }) => `${count} pictures ${fingerprint.slice(0, 8)}`).join(', ');
  const change = { key: 'data', before: text(before), now: text(now) };
  assertOverridden(run, [change], new Set(config.override ?? []));
  return change;
}

/** `--batch-size: 64 → 32` */
export const formatChange = ({ key, before, now }: ResumeChange): string =>
  `${flagOf(key)}: ${formatValue(before)} → ${formatValue(now)}`;

function assertOverridden(
  run: string,
  changes: readonly ResumeChange[],
  names: ReadonlySet<string>,
): void {
  const refused = changes.filter(({ key }) => !names.has(key) && !names.has('all'));
  if (refused.length === 0) return;
  const flags = changes.map(({ key }) => flagOf(key).slice(2)).join(',');
  throw new UsageError(
    `--resume: expected the options of ${run}, received others:\n` +
      refused.map((change) => `  ${formatChange(change)}\n`).join('') +
      `Go on as before without them, or with the change: --override ${flags}.`,
  );
}

/** Keys for names written as flags (`learning-rate`) or as keys (`learningRate`). */
function overrideNames(given: readonly string[], fields: readonly ConfigField[]): Set<string> {
  const known = new Map<string, string>([
    ['all', 'all'],
    ['data', 'data'],
  ]);
  for (const { key, flag } of fields) known.set(key, key).set(flag.slice(2), key);
  return new Set(
    given.map((name) => {
      const key = known.get(name);
      if (key !== undefined) return key;
      throw new UsageError(
        `--override: expected names of options, such as batch-size, or all, received "${name}".` +
          didYouMean(
            name,
            fields.map(({ flag }) => flag.slice(2)),
          ),
      );
    }),
  );
}

/**
 * The configuration with paths as the run has them: a relative path of the run means the folder
 * where the run began, and one that the user gives now means where the user stands.
 */
function withRunPaths(options: ResumedOptions, fields: readonly ConfigField[]): TrainConfig {
  const { config, before, runFolder, workingFolder, explicitKeys } = options;
  if (runFolder === workingFolder) return config;
  const changed = fields
    .filter(({ key, placeholder }) => explicitKeys.has(key) && pathPlaceholders.has(placeholder))
    .flatMap(({ key }) => {
      const [old, given] = [before[key], valueOf(config, key)];
      if (typeof given !== 'string') return [];
      const path = resolveUserPath(given, workingFolder);
      const isOld = typeof old === 'string' && resolveUserPath(old, runFolder) === path;
      return [[key, isOld ? old : path] as const];
    });
  return { ...config, ...Object.fromEntries(changed) };
}

/**
 * Makes the paths of a run's configuration absolute: against the folder where the run began, or,
 * when the project has moved since, against the one where the user stands.
 */
export function runPathResolver(
  runFolder: string | undefined,
  workingFolder: string,
): (path: string) => string {
  return (path) => {
    const here = resolveUserPath(path, workingFolder);
    if (runFolder === undefined) return here;
    const there = resolveUserPath(path, runFolder);
    return !existsSync(there) && existsSync(here) ? here : resolve(there);
  };
}

const valueOf = (config: TrainConfig, key: string): unknown =>
  (config as unknown as Record<string, unknown>)[key];

const isSame = (a: unknown, b: unknown): boolean =>
  JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

const formatValue = (value: unknown): string => {
  if (value === undefined || value === null) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
};
