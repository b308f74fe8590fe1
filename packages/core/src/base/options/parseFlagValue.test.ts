import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { describeFields } from './configField.ts';
import { parseFlagValue } from './parseFlagValue.ts';

const parse = (schema: z.ZodType, text: string) => {
  const [field] = describeFields(z.object({ value: schema }));
  if (field === undefined) throw new Error('no field');
  return parseFlagValue(field, text);
};

describe('parseFlagValue', () => {
  it.each([
    ['1e-4', 1e-4],
    ['-0.5', -0.5],
    ['+.5', 0.5],
    ['2.', 2],
    ['1E3', 1000],
    ['007', 7],
  ])('reads the number %s', (text, value) => expect(parse(z.number(), text)).toBe(value));

  it.each(['12abc', '', ' ', 'NaN', 'Infinity', '1e999', '0x10', '1_000', '1,5', '--5', '.', 'e5'])(
    'refuses “%s” as a number',
    (text) => expect(parse(z.number(), text)).toBeUndefined(),
  );

  it('reads whole numbers in any notation and refuses fractions', () => {
    expect(parse(z.int(), '1e3')).toBe(1000);
    expect(parse(z.int(), '1.5')).toBeUndefined();
    expect(parse(z.int(), '9007199254740993')).toBeUndefined();
  });

  it('reads choices exactly, as the type they have in the schema', () => {
    expect(parse(z.enum(['bce', 'hinge']), 'hinge')).toBe('hinge');
    expect(parse(z.enum(['bce', 'hinge']), 'Hinge')).toBeUndefined();
    expect(parse(z.literal([64, 96]), '96')).toBe(96);
  });

  it('reads texts as they are, but neither nothing nor the next flag', () => {
    expect(parse(z.string(), 'my pictures, 2')).toBe('my pictures, 2');
    expect(parse(z.string(), '-')).toBe('-');
    expect(parse(z.string(), '')).toBeUndefined();
    expect(parse(z.string(), '--out')).toBeUndefined();
  });

  it('reads comma lists', () => {
    expect(parse(z.array(z.number()), '0.5, 1e-3')).toEqual([0.5, 1e-3]);
    expect(parse(z.array(z.string()), 'a,b')).toEqual(['a', 'b']);
    expect(parse(z.array(z.number()), '1,,2')).toBeUndefined();
    expect(parse(z.array(z.number()), '')).toBeUndefined();
  });
});
