import type { ConfigField } from './configField.ts';

/**
 * What a field accepts, in words for an error: `a number in 0 … 1`, `one of small, published`,
 * `a comma list of 2 numbers above 0`.
 */
export function expectedText(field: ConfigField): string {
  const range = rangeText(field);
  const joint = range === '' ? '' : range.startsWith('a multiple') ? ', ' : ' ';
  const suffix = `${joint}${range}${field.unit === undefined ? '' : ` (${field.unit})`}`;
  if (field.list) return `a comma list of ${countText(field)}${pluralText(field)}${suffix}`;
  return `${singularText(field)}${suffix}`;
}

/**
 * The range of a number in words: `in 0 … 1`, `above 0`, `of at least 1`, `above 0 and at most 1`,
 * with `, a multiple of 8` where it applies; empty without limits.
 */
export function rangeText(field: ConfigField): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = field;
  const multiple = multipleOf === undefined ? [] : [`a multiple of ${multipleOf}`];
  if (minimum !== undefined && maximum !== undefined) {
    return [`in ${minimum} … ${maximum}`, ...multiple].join(', ');
  }
  const lower = minimum !== undefined ? `at least ${minimum}` : above(exclusiveMinimum);
  const upper = maximum !== undefined ? `at most ${maximum}` : below(exclusiveMaximum);
  const limits = [lower, upper].filter((limit) => limit !== undefined).join(' and ');
  const range = limits.startsWith('at ') ? `of ${limits}` : limits;
  return [range, ...multiple].filter((part) => part !== '').join(', ');
}

/** The description with unit, range, choices and default that `--help` prints for a field. */
export function helpText(field: ConfigField): string {
  const range = rangeText(field).replace(/^(in|of) /, '');
  const notes = [
    field.unit,
    range === '' ? undefined : range,
    field.choices === undefined ? undefined : `one of ${field.choices.join(', ')}`,
    defaultNote(field),
  ].filter((note) => note !== undefined);
  const description = field.description.replace(/\.$/, '');
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`.trimStart();
}

function defaultNote(field: ConfigField): string | undefined {
  if (field.defaultText !== undefined) return `default: ${field.defaultText}`;
  if (field.required) return 'required';
  const value = field.default;
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'boolean') return `default: ${value ? 'on' : 'off'}`;
  return `default: ${Array.isArray(value) ? value.join(',') : (value as string | number)}`;
}

function singularText(field: ConfigField): string {
  switch (field.kind) {
    case 'number':
      return 'a number';
    case 'integer':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    case 'choice':
      return `one of ${field.choices?.join(', ') ?? ''}`;
    case 'text':
      return `${/^[aeiou]/i.test(field.placeholder) ? 'an' : 'a'} ${field.placeholder}`;
  }
}

function pluralText(field: ConfigField): string {
  if (field.kind === 'number') return 'numbers';
  if (field.kind === 'integer') return 'whole numbers';
  return field.kind === 'choice' ? `names out of ${field.choices?.join(', ') ?? ''}` : 'texts';
}

function countText({ minItems, maxItems }: ConfigField): string {
  if (minItems === undefined && maxItems === undefined) return '';
  if (minItems === maxItems) return `${minItems} `;
  if (maxItems === undefined) return `at least ${minItems} `;
  return minItems === undefined ? `at most ${maxItems} ` : `${minItems} to ${maxItems} `;
}

const above = (limit: number | undefined) => (limit === undefined ? undefined : `above ${limit}`);
const below = (limit: number | undefined) => (limit === undefined ? undefined : `below ${limit}`);
