import { describeFields } from '../../../base/options/configField.ts';
import type { z } from 'zod';

/** What the page needs to know of an app's options. */
export interface OptionSource {
  readonly schema: z.ZodObject;
  readonly presets: Readonly<
    Record<string, { readonly values: Readonly<Record<string, unknown>> }>
  >;
}

/** One option of a run. */
export interface ConfigRow {
  /** The flag where the app is known, else the key. */
  readonly name: string;
  readonly description: string;
  readonly value: string;
  /** The app's default; empty when it is not known. */
  readonly defaultText: string;
  /** Where a value that is not the default comes from. */
  readonly changedBy: 'preset' | 'hand' | undefined;
}

/**
 * The options of a run, those that differ from the app's defaults marked.
 *
 * @param preset name of the run's preset, if it has one
 * @param source the app's options; without it nothing is marked
 */
export function configRows(
  config: Readonly<Record<string, unknown>>,
  preset: string | null,
  source: OptionSource | undefined,
): ConfigRow[] {
  const fields = source === undefined ? [] : describeFields(source.schema);
  const presetValues = source?.presets[preset ?? '']?.values ?? {};
  const known = fields.map((field): ConfigRow => {
    const { key, unit } = field;
    const value = config[key];
    const isChanged = value !== undefined && !isEqual(value, field.default);
    const changedBy = isEqual(value, presetValues[key]) ? 'preset' : 'hand';
    return {
      name: field.flag,
      description: field.description,
      value: value === undefined ? (field.defaultText ?? 'none') : withUnit(value, unit),
      defaultText: field.defaultText ?? withUnit(field.default, unit),
      changedBy: isChanged ? changedBy : undefined,
    };
  });
  const names = new Set(fields.map(({ key }) => key));
  const unknown = Object.entries(config)
    .filter(([key]) => !names.has(key))
    .map(([name, value]): ConfigRow => {
      const common = { name, description: '', defaultText: '', changedBy: undefined };
      return { ...common, value: valueText(value) };
    });
  return [...known, ...unknown];
}

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const withUnit = (value: unknown, unit: string | undefined): string =>
  value === undefined || unit === undefined ? valueText(value) : `${valueText(value)} ${unit}`;

/** A value of an option as a reader wants it. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
