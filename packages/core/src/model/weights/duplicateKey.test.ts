import { expect, it } from 'vitest';
import { findDuplicateKey } from './duplicateKey.ts';

it.each([
  ['{"a":1,"b":{"a":2},"c":["a","a"],"d":"a"}', undefined],
  ['{"a":1,"a":1}', 'a'],
  ['{"a" :1 ,\n"b": [{"x":1},{"x":2}], "b"\t: 3}', 'b'],
  ['{"\\u0061":1,"a":2}', 'a'],
  ['{"\\"":"{","\\\\":"}","\\"":1}', '"'],
  ['{"":0,"":0}', ''],
  ['{}', undefined],
])('finds the repeated key of %s', (json, expected) => {
  expect(() => JSON.parse(json) as unknown).not.toThrow();
  expect(findDuplicateKey(json)).toBe(expected);
});

it('reads long texts', () => {
  const text = JSON.stringify({ a: '"\\'.repeat(1_000_000), b: 1 });
  expect(findDuplicateKey(text)).toBeUndefined();
  expect(findDuplicateKey(text.replace('"b"', '"a"'))).toBe('a');
});
