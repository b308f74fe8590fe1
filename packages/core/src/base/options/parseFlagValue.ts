import type { ConfigField } from './configField.ts';

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads the text of a flag as the value that its field asks for; ranges are the schema's business.
 * Numbers are strict: `1e-4` is one; `12abc`, an empty text, `NaN` and `Infinity` are not.
 *
 * @returns undefined when the text cannot be such a value
 */
export function parseFlagValue(field: ConfigField, text: string): unknown {
  if (!field.list) return parseOne(field, text);
  const values = text.split(',').map((part) => parseOne(field, part.trim()));
  return values.includes(undefined) ? undefined : values;
}

function parseOne(field: ConfigField, text: string): unknown {
  switch (field.kind) {
    case 'number':
      return parseNumber(text);
    case 'integer': {
      const value = parseNumber(text);
      return Number.isSafeInteger(value) ? value : undefined;
    }
    case 'choice':
      return field.choices?.find((choice) => String(choice) === text);
    case 'boolean':
      // Its flag, --x or --no-x, is the value; a text is none.
      return undefined;
    case 'text':
      // A forgotten value makes the next flag the value of this one.
      return text === '' || text.startsWith('--') ? undefined : text;
  }
}

function parseNumber(text: string): number | undefined {
  const value = number.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : undefined;
}
