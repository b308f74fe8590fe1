import { z } from 'zod';

import { assertFlagAllowed, flagOf } from './flagNames.ts';

/** A value of a list or a list itself is read as one of these. */
export type FieldKind = 'number' | 'integer' | 'text' | 'boolean' | 'choice';

/** What the command line knows about one key of a config schema. */
export interface ConfigField {
  /** Key in the config, camelCase. */
  readonly key: string;
  /** The flag with its dashes, such as `--learning-rate`. */
  readonly flag: string;
  readonly kind: FieldKind;
  /** Whether the value is a list (`--betas 0.5,0.999`) of `kind`. */
  readonly list: boolean;
  readonly choices: readonly (string | number)[] | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly exclusiveMinimum: number | undefined;
  readonly exclusiveMaximum: number | undefined;
  readonly multipleOf: number | undefined;
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
  readonly required: boolean;
  readonly default: unknown;
  /** Says what happens without a value where there is no fixed default: `physical cores`. */
  readonly defaultText: string | undefined;
  readonly description: string;
  /** Unit of the value for `--help`: `seconds`, `px`. */
  readonly unit: string | undefined;
  /** What `--help` puts in angle brackets: `folder` makes `--data <folder>`. */
  readonly placeholder: string;
  /** Heading in `--help` under which the option stands. */
  readonly group: string | undefined;
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly const?: string | number | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly [meta: string]: unknown;
}

/**
 * Reads the options of a command off its config schema: a flat `z.object` of numbers, texts,
 * booleans, enums or literals, and arrays of these. Defaults come from `.default()`, ranges from
 * the checks, words from `.describe()` or `.meta({description, unit, placeholder, group,
 * defaultText})`.
 *
 * @returns one field per key, in the order of the schema
 * @throws Error (a fault of the app) for a nested or unsupported schema or a forbidden name
 */
export function describeFields(schema: z.ZodObject): ConfigField[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const required = new Set(json.required);
  const fields = Object.keys(schema.shape).map((key) =>
    describeField(key, json.properties?.[key] ?? {}, required.has(key)),
  );
  assertFlagsDiffer(fields);
  return fields;
}

function describeField(key: string, outer: JsonSchema, required: boolean): ConfigField {
  assertFlagAllowed(key);
  const json = withoutNull(outer);
  const list = json.type === 'array';
  const value = list ? withoutNull(json.items ?? {}) : json;
  const choices = choicesOf(value);
  const kind = kindOf(key, value, choices);
  if (list && kind === 'boolean') throw unsupported(key, 'a list of booleans');
  return {
    key,
    flag: flagOf(key),
    kind,
    list,
    choices,
    minimum: withinSafe(value.minimum),
    maximum: withinSafe(value.maximum),
    exclusiveMinimum: value.exclusiveMinimum,
    exclusiveMaximum: value.exclusiveMaximum,
    multipleOf: value.multipleOf,
    minItems: json.minItems,
    maxItems: json.maxItems,
    required,
    default: outer.default,
    defaultText: text(outer['defaultText']),
    description: outer.description ?? '',
    unit: text(outer['unit']),
    placeholder: text(outer['placeholder']) ?? defaultPlaceholder(kind, choices, list),
    group: text(outer['group']),
  };
}

function kindOf(key: string, json: JsonSchema, choices: unknown): FieldKind {
  if (choices !== undefined) return 'choice';
  const [type, ...others] = typesOf(json);
  if (others.length > 0) throw unsupported(key, 'a value of several types');
  if (type === 'number' || type === 'integer' || type === 'boolean') return type;
  if (type === 'string') return 'text';
  throw unsupported(key, type === undefined ? 'this schema' : `type ${type}`);
}

const typesOf = (json: JsonSchema): string[] =>
  [json.type ?? []].flat().filter((type) => type !== 'null');

function choicesOf(json: JsonSchema): (string | number)[] | undefined {
  const values = json.enum ?? (json.const === undefined ? undefined : [json.const]);
  if (values === undefined) return undefined;
  return values.filter((value) => typeof value === 'string' || typeof value === 'number');
}

/** A nullable schema may be written as a choice between itself and null. */
function withoutNull(json: JsonSchema): JsonSchema {
  const rest = json.anyOf?.filter(({ type }) => type !== 'null');
  return rest?.length === 1 ? { ...rest[0], ...json } : json;
}

/** Whole numbers carry the largest safe integers as their range; as a help text that is noise. */
const withinSafe = (limit: number | undefined): number | undefined =>
  limit === undefined || Math.abs(limit) === Number.MAX_SAFE_INTEGER ? undefined : limit;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

function defaultPlaceholder(
  kind: FieldKind,
  choices: readonly unknown[] | undefined,
  list: boolean,
): string {
  const choice = choices?.every((value) => typeof value === 'number') ? 'n' : 'name';
  const one = { number: 'number', integer: 'n', text: 'text', boolean: '', choice }[kind];
  return list ? `${one},…` : one;
}

function unsupported(key: string, what: string): Error {
  return new Error(
    `Option "${key}": a command line cannot express ${what}. ` +
      'Use a number, text, boolean, enum or literal, or an array of these.',
  );
}

function assertFlagsDiffer(fields: readonly ConfigField[]): void {
  const keys = new Map<string, string>();
  for (const { key, flag } of fields) {
    const other = keys.get(flag);
    if (other !== undefined) throw new Error(`Options "${other}" and "${key}" share ${flag}.`);
    keys.set(flag, key);
  }
}
