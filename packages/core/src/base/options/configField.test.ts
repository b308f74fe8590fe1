import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { describeFields } from './configField.ts';
import { expectedText, helpText } from './fieldText.ts';

const field = (schema: z.ZodType, key = 'value') => {
  const [found] = describeFields(z.object({ [key]: schema }));
  if (found === undefined) throw new Error('no field');
  return found;
};

describe('describeFields', () => {
  it('reads kind, flag, default, range and words off the schema', () => {
    const schema = z
      .number()
      .min(0)
      .max(1)
      .default(2e-4)
      .meta({ description: 'Step size', unit: 'per step', placeholder: 'rate', group: 'Adam' });
    expect(field(schema, 'learningRate')).toEqual({
      key: 'learningRate',
      flag: '--learning-rate',
      kind: 'number',
      list: false,
      choices: undefined,
      minimum: 0,
      maximum: 1,
      exclusiveMinimum: undefined,
      exclusiveMaximum: undefined,
      multipleOf: undefined,
      minItems: undefined,
      maxItems: undefined,
      required: false,
      default: 2e-4,
      defaultText: undefined,
      description: 'Step size',
      unit: 'per step',
      placeholder: 'rate',
      group: 'Adam',
    });
  });

  it('sees through optional, nullable, default, readonly and refinements, in any order', () => {
    const schemas = [
      z.int().min(2).describe('Count').optional(),
      z.int().min(2).nullable().default(null).describe('Count'),
      z.int().min(2).default(4).readonly().describe('Count'),
      z.int().min(2).describe('Count').prefault(4),
    ];
    for (const schema of schemas) {
      expect(field(schema)).toMatchObject({
        kind: 'integer',
        minimum: 2,
        maximum: undefined,
        required: false,
        description: 'Count',
      });
    }
    expect(field(z.enum(['a', 'b']).nullable())).toMatchObject({ kind: 'choice', required: true });
  });

  it('keeps the order of the schema, and refinements of the whole object', () => {
    const schema = z.object({ b: z.string(), a: z.boolean() }).refine(({ a }) => a);
    expect(describeFields(schema).map(({ flag }) => flag)).toEqual(['--b', '--a']);
  });

  it('refuses what a command line cannot express', () => {
    expect(() => field(z.object({ x: z.number() }), 'optimizer')).toThrow(
      'Option "optimizer": a command line cannot express type object. ' +
        'Use a number, text, boolean, enum or literal, or an array of these.',
    );
    expect(() => field(z.union([z.string(), z.number()]))).toThrow(
      'cannot express a value of several types',
    );
    expect(() => field(z.unknown())).toThrow('cannot express this schema');
    expect(() => field(z.array(z.boolean()))).toThrow('cannot express a list of booleans');
  });

  it('refuses forbidden and clashing names', () => {
    expect(() => field(z.boolean(), 'verbose')).toThrow('would be swallowed');
    expect(() => describeFields(z.object({ useEma: z.string(), useEMA: z.string() }))).toThrow(
      'Options "useEma" and "useEMA" share --use-ema.',
    );
  });
});

describe('expectedText', () => {
  it.each([
    ['a number', () => z.number()],
    ['a number in 0 … 1', () => z.number().min(0).max(1)],
    ['a number above 0', () => z.number().gt(0)],
    ['a number above 0 and at most 1', () => z.number().gt(0).max(1)],
    ['a number of at least 0 and below 1', () => z.number().min(0).lt(1)],
    ['a number of at most 5', () => z.number().max(5)],
    ['a whole number', () => z.int()],
    ['a whole number of at least 8, a multiple of 8', () => z.int().min(8).multipleOf(8)],
    ['a whole number, a multiple of 8', () => z.int().multipleOf(8)],
    ['a whole number of at least 1 (images)', () => z.int().min(1).meta({ unit: 'images' })],
    ['one of bce, hinge', () => z.enum(['bce', 'hinge'])],
    ['one of 64, 96', () => z.literal([64, 96])],
    ['true or false', () => z.boolean()],
    ['a text', () => z.string()],
    ['an image file', () => z.string().meta({ placeholder: 'image file' })],
    ['a comma list of 2 numbers above 0', () => z.array(z.number().gt(0)).length(2)],
    ['a comma list of at least 1 whole numbers', () => z.array(z.int()).min(1)],
    ['a comma list of 1 to 3 whole numbers', () => z.array(z.int()).min(1).max(3)],
    ['a comma list of names out of a, b', () => z.array(z.enum(['a', 'b']))],
  ])('words a schema as “%s”', (text, schema) => expect(expectedText(field(schema()))).toBe(text));
});

describe('helpText', () => {
  it.each([
    ['Epsilon (above 0; default: 1e-7)', () => z.number().gt(0).default(1e-7).describe('Epsilon.')],
    [
      'Time (s; at least 1; required)',
      () => z.int().min(1).meta({ description: 'Time', unit: 's' }),
    ],
    ['Mirror (default: on)', () => z.boolean().default(true).describe('Mirror')],
    ['Mirror (default: off)', () => z.boolean().default(false).describe('Mirror')],
    ['Loss (one of a, b; default: b)', () => z.enum(['a', 'b']).default('b').describe('Loss')],
    ['Betas (default: 0.5,0.9)', () => z.array(z.number()).default([0.5, 0.9]).describe('Betas')],
    ['Weights', () => z.string().optional().describe('Weights')],
    [
      'Threads (default: all cores)',
      () => z.int().optional().meta({ description: 'Threads', defaultText: 'all cores' }),
    ],
  ])('explains a schema as “%s”', (text, schema) => expect(helpText(field(schema()))).toBe(text));
});
