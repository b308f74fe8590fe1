import { hostTensor, hostTensorInt } from '@gan-zoo/compiler';
import { describe, expect, it } from 'vitest';
import { isBatchCounter, matchWeights } from './matchWeights.ts';

const who = 'generator from w.pth';
const a = hostTensor([2, 3]);
const b = hostTensor([4]);

describe('matchWeights', () => {
  it('gives the loaded tensors in the expected order', () => {
    const matched = matchWeights({ b: { shape: [4] }, a: { shape: [2, 3] } }, { a, b }, { who });
    expect(Object.entries(matched)).toEqual([
      ['b', b],
      ['a', a],
    ]);
    expect(matched['a']).toBe(a);
  });

  it('lists everything that does not fit in one message', () => {
    const expected = {
      a: { shape: [3, 2] },
      b: { shape: [4], dtype: 'float32' },
      c: { shape: [] },
    };
    const loaded = { a, b: hostTensorInt([4], [1, 2, 3, 4]), d: b, toString: b };
    expect(() => matchWeights(expected, loaded, { who })).toThrow(
      `generator from w.pth: the weights do not fit the network.
  missing (1):
    c
  unexpected (2):
    d
    toString
  different (2):
    a: expected [3, 2], received [2, 3]
    b: expected float32 [4], received int32 [4]
Use weights of the same network and options.`,
    );
  });

  it('shows ten of each kind and counts the rest', () => {
    const names = Array.from({ length: 22 }, (_, i) => `layer${i}`);
    const expected = Object.fromEntries(names.map((name) => [name, { shape: [1] }]));
    expect(() => matchWeights(expected, {}, { who })).toThrow(
      /missing \(22\):\n {4}layer0\n[^]* {4}layer9\n {4}… and 12 more\nUse weights/,
    );
    const ten = Object.fromEntries(names.slice(0, 10).map((name) => [name, b]));
    expect(() => matchWeights({}, ten, { who })).toThrow(/layer9\nUse weights/);
  });

  it('lets optional names be missing or too many, but not of another shape', () => {
    const expected = {
      a: { shape: [2, 3] },
      'x.num_batches_tracked': { shape: [] },
    };
    const options = { who, optional: isBatchCounter };
    expect(matchWeights(expected, { a, num_batches_tracked: b }, options)).toEqual({ a });
    expect(() => matchWeights(expected, { a, 'x.num_batches_tracked': b }, options)).toThrow(
      'x.num_batches_tracked: expected [], received [4]',
    );
    expect(() => matchWeights(expected, { a }, { who })).toThrow(
      'missing (1):\n    x.num_batches_tracked',
    );
  });
});

it('isBatchCounter looks at the last part of the name', () => {
  expect(['a.num_batches_tracked', 'num_batches_tracked'].every(isBatchCounter)).toBe(true);
  expect(['num_batches_tracked.a', 'xnum_batches_tracked'].some(isBatchCounter)).toBe(false);
});
