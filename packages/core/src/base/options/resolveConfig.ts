import { UsageError } from '@gan-zoo/compiler/errors';
import type { z } from 'zod';

import { readConfigFile } from './configFile.ts';
import type { ConfigField } from './configField.ts';
import { expectedText } from './fieldText.ts';
import { parseFlagValue } from './parseFlagValue.ts';
import { didYouMean } from './suggest.ts';

/** A named set of values between the schema's defaults and what the user gives. */
export interface Preset<Values = Readonly<Record<string, unknown>>> {
  /** One line for `--help`. */
  readonly description: string;
  readonly values: Values;
}

/** Two options that may not be given together, and why. */
export interface Conflict<Key extends string = string> {
  readonly keys: readonly [Key, Key];
  /** Ends the sentence "--a and --b cannot be given together: …". */
  readonly because: string;
}

/** A configuration that stands below the `--config` file and the flags, as that of a resumed run. */
export interface InheritedConfig {
  readonly values: Readonly<Record<string, unknown>>;
  readonly preset: string | undefined;
  /** Where it comes from, for messages: a path. */
  readonly place: string;
}

/** Where a command looks for the configuration that it inherits. */
export interface InheritPlace {
  readonly app: string;
  /** Where the user stands: relative paths start here, and `runs/` lies here. */
  readonly workingFolder: string;
}

/** What a command knows about its configuration. */
export interface ConfigSpec {
  readonly schema: z.ZodObject;
  readonly fields: readonly ConfigField[];
  readonly presets: Readonly<Record<string, Preset>>;
  readonly defaultPreset: string | undefined;
  readonly conflicts: readonly Conflict[];
}

/** What the user gave. */
export interface GivenOptions {
  /** By key: the text after the flag, or a boolean for `--x` and `--no-x`. */
  readonly flags: Readonly<Record<string, string | boolean>>;
  readonly preset?: string | undefined;
  /** Absolute path of the `--config` file. */
  readonly configFile?: string | undefined;
}

/** Finds the configuration to build on from the values that the user gave. */
export type FindInherited = (
  given: Readonly<Record<string, unknown>>,
) => Promise<InheritedConfig | undefined>;

/** A complete, checked configuration. */
export interface ResolvedConfig {
  readonly config: Readonly<Record<string, unknown>>;
  /** Name of the preset in force, if the command has presets. */
  readonly preset: string | undefined;
  /** Keys given by flag or `--config` file, not by preset or default; may hold `preset`. */
  readonly explicitKeys: ReadonlySet<string>;
}

/** A value with where it comes from and how the user wrote it. */
interface Given {
  readonly value: unknown;
  /** `--learning-rate`, or `learningRate in /path/to/file.json`. */
  readonly place: string;
  readonly received: string;
}

/**
 * Lays the schema's defaults, the preset, an inherited configuration, the `--config` file and the
 * flags over one another, in this order, and checks the result.
 *
 * @param findInherited called with what the user gave, as far as it could be read; default none
 * @throws UsageError with one line per problem: option, what was expected, what was received
 */
export async function resolveConfig(
  spec: ConfigSpec,
  options: GivenOptions,
  findInherited?: FindInherited,
): Promise<ResolvedConfig> {
  const keys = spec.fields.map(({ key }) => key);
  const hasPresets = Object.keys(spec.presets).length > 0;
  const file = options.configFile;
  const fileContent = file === undefined ? undefined : readConfigFile(file, keys, hasPresets);

  const given = new Map<string, Given>();
  for (const [key, value] of Object.entries(fileContent?.values ?? {})) {
    given.set(key, { value, place: `${key} in ${file}`, received: JSON.stringify(value) });
  }
  const problems = readFlags(spec.fields, options.flags, given);
  problems.push(...findConflicts(spec.conflicts, given));
  const givenValues = Object.fromEntries([...given].map(([key, { value }]) => [key, value]));

  const inherited = problems.length === 0 ? await findInherited?.(givenValues) : undefined;
  const chosen = choosePreset(spec, options.preset, fileContent?.preset, file, inherited);
  const values = { ...chosen.values, ...inherited?.values, ...givenValues };
  const parsed = spec.schema.safeParse(values);
  problems.push(...describeIssues(spec.fields, given, values, parsed.error?.issues ?? []));
  if (!parsed.success || problems.length > 0) {
    throw new UsageError([...new Set(problems)].join('\n'));
  }
  const explicitKeys = new Set(given.keys());
  if (chosen.explicit) explicitKeys.add('preset');
  return { config: parsed.data, preset: chosen.name, explicitKeys };
}

/** Adds the flags to what is given; one that cannot be read is a problem and keeps its place. */
function readFlags(
  fields: readonly ConfigField[],
  flags: GivenOptions['flags'],
  given: Map<string, Given>,
): string[] {
  const problems: string[] = [];
  for (const field of fields) {
    const raw = flags[field.key];
    if (raw === undefined) continue;
    const value = typeof raw === 'boolean' ? raw : parseFlagValue(field, raw);
    const entry = { value, place: field.flag, received: JSON.stringify(raw) };
    given.set(field.key, entry);
    if (value === undefined) problems.push(describeProblem(field, entry, raw));
  }
  return problems;
}

function findConflicts(
  conflicts: readonly Conflict[],
  given: ReadonlyMap<string, Given>,
): string[] {
  return conflicts.flatMap(({ keys: [first, second], because }) => {
    const [a, b] = [given.get(first), given.get(second)];
    if (a === undefined || b === undefined) return [];
    return [`${a.place} and ${b.place} cannot be given together: ${because.replace(/\.$/, '')}.`];
  });
}

interface ChosenPreset {
  readonly name: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
  /** Whether the user named it. */
  readonly explicit: boolean;
}

function choosePreset(
  { presets, defaultPreset }: ConfigSpec,
  inFlag: string | undefined,
  inFile: string | undefined,
  file: string | undefined,
  inherited: InheritedConfig | undefined,
): ChosenPreset {
  const place = inFlag === undefined ? `preset in ${file}` : '--preset';
  const named = inFlag ?? inFile;
  const names = Object.keys(presets);
  if (named !== undefined && !names.includes(named)) {
    throw new UsageError(
      `${place}: expected one of ${names.join(', ')}, received ${JSON.stringify(named)}.` +
        didYouMean(named, names),
    );
  }
  if (inherited !== undefined) {
    if (named === undefined || named === inherited.preset) {
      return { name: inherited.preset, values: {}, explicit: named !== undefined };
    }
    throw new UsageError(
      `${place}: ${inherited.place} was made with ${inherited.preset ?? 'no preset'}, ` +
        `received ${JSON.stringify(named)}. Leave the preset out; single options can be given.`,
    );
  }
  const name = named ?? defaultPreset;
  const values = name === undefined ? {} : (presets[name]?.values ?? {});
  return { name, values, explicit: named !== undefined };
}

/** Turns the schema's complaints into ours; a value that could not be read was named before. */
function describeIssues(
  fields: readonly ConfigField[],
  given: ReadonlyMap<string, Given>,
  values: Readonly<Record<string, unknown>>,
  issues: readonly z.core.$ZodIssue[],
): string[] {
  return issues.flatMap((issue) => {
    const field = fields.find(({ key }) => key === issue.path[0]);
    if (field === undefined) return [issue.message];
    const entry = given.get(field.key);
    if (entry !== undefined && entry.value === undefined) return [];
    const own = issue.code === 'custom' || issue.code === 'invalid_format';
    const value = values[field.key] ?? field.default;
    const received = value === undefined ? 'nothing' : JSON.stringify(value);
    const place = entry ?? { value, place: field.flag, received };
    return [describeProblem(field, place, value, own ? issue.message : undefined)];
  });
}

function describeProblem(
  field: ConfigField,
  { place, received }: Given,
  value: unknown,
  message?: string,
): string {
  const expectation = message?.replace(/\.$/, '') ?? `expected ${expectedText(field)}`;
  const names = field.list ? [] : (field.choices ?? []).map(String);
  const isUnknown = typeof value === 'string' && !names.includes(value);
  const hint = isUnknown ? didYouMean(value, names) : '';
  const aboutFlag =
    field.kind === 'text' && typeof value === 'string' && value.startsWith('--')
      ? ` The value after ${field.flag} seems to be missing.`
      : '';
  return `${place}: ${expectation}, received ${received}.${hint}${aboutFlag}`;
}
