import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonicalJson.ts';

describe('canonicalJson', () => {
  it('sorts keys at every level and leaves undefined entries out', () => {
    const value = { b: [{ y: 1, x: null }], a: 'ü"', c: undefined, 10: true, 9: 1e-7 };
    expect(canonicalJson(value, 'config')).toBe(
      '{"10":true,"9":1e-7,"a":"ü\\"","b":[{"x":null,"y":1}]}',
    );
  });

  it.each([
    [{ a: [1, NaN] }, 'config.a[1]: expected a value that JSON can hold, received NaN.'],
    [{ a: { b: -Infinity } }, 'config.a.b: expected a value that JSON can hold, received -Infin'],
    [{ a: () => 1 }, 'config.a: expected a value that JSON can hold, received a function.'],
    [
      { a: new Map() },
      'config.a: expected a value that JSON can hold, received an object that is no plain record.',
    ],
    [{ a: 1n }, 'config.a: expected a value that JSON can hold, received a bigint.'],
    [[undefined], 'config[0]: expected a value that JSON can hold, received undefined.'],
  ])('refuses what JSON would change: %o', (value, text) => {
    expect(() => canonicalJson(value, 'config')).toThrow(text);
  });
});
