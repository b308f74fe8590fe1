import { describe, expect, it } from 'vitest';
import { compareRanges, compareTensors } from './compareTensors.ts';
import type { RecordedTensor } from './kernelCall.ts';

const floats = (...values: number[]): RecordedTensor => ({
  ...{ dtype: 'float32', shape: [values.length] },
  values: Float32Array.from(values),
});
const integers = (...values: number[]): RecordedTensor => ({
  ...{ dtype: 'int32', shape: [values.length] },
  values: Int32Array.from(values),
});

describe('compareTensors', () => {
  it('takes rounding for equal, relative to the largest magnitude', () => {
    expect(compareTensors([floats(0, -100)], [floats(0.009, -100)])).toBeUndefined();
    expect(compareTensors([floats(0, -100)], [floats(0.02, -99.95)])).toEqual({
      size: expect.closeTo(5e-4, 6) as number,
      reason: 'expected -100, received -99.95',
    });
  });

  it('takes differences relative to operands that cancel', () => {
    const [expected, received] = [[floats(0)], [floats(1e-6)]];
    expect(compareTensors(expected, received, 1)).toBeUndefined();
    expect(compareTensors(expected, received)?.size).toBeGreaterThan(1);
  });

  it('takes NaN for NaN, infinities for themselves, and zeros and subnormals for zero', () => {
    const expected = floats(NaN, Infinity, -Infinity, -0, 0);
    expect(compareTensors([expected], [floats(NaN, Infinity, -Infinity, 0, -0)])).toBeUndefined();
    expect(compareTensors([floats(3e-44)], [floats(0)])).toBeUndefined();
    for (const [value, actual] of [
      ...[
        [NaN, 0],
        [0, NaN],
        [Infinity, -Infinity],
        [Infinity, 1],
        [1, Infinity],
      ],
    ] as [number, number][]) {
      expect(compareTensors([floats(value)], [floats(actual)])).toEqual({
        size: Infinity,
        reason: `expected ${value}, received ${actual}`,
      });
    }
  });

  it('compares integers and texts exactly', () => {
    expect(compareTensors([integers(7, 100_000)], [integers(7, 100_001)])?.reason).toBe(
      'expected 100000, received 100001',
    );
    const texts = (...values: string[]): RecordedTensor => ({
      ...{ dtype: 'string', shape: [values.length], values },
    });
    expect(compareTensors([texts('a', 'b')], [texts('a', 'b')])).toBeUndefined();
    expect(compareTensors([texts('a')], [texts('b')])?.reason).toBe('expected a, received b');
  });

  it('compares the number of results, dtypes and shapes', () => {
    const cases: [RecordedTensor[], RecordedTensor[], string][] = [
      [[floats(1)], [], 'expected 1 results, received 0'],
      [[floats(1)], [integers(1)], 'expected float32[1], received int32[1]'],
      [[floats(1)], [floats(1, 1)], 'expected float32[1], received float32[2]'],
    ];
    for (const [expected, received, reason] of cases) {
      expect(compareTensors(expected, received)).toEqual({ size: Infinity, reason });
    }
  });
});

describe('compareRanges', () => {
  it('wants values in the range, whichever', () => {
    expect(compareRanges([integers(0, 0)], [integers(3, 1)], [0, 3])).toBeUndefined();
    expect(compareRanges([integers(0)], [integers(4)], [0, 3])?.reason).toBe(
      'expected values from 0 to 3, received 4',
    );
    expect(compareRanges([floats(0)], [floats(NaN)], [0, 3])?.reason).toContain('received NaN');
    expect(compareRanges([floats(0)], [integers(0)], [0, 3])?.reason).toBe(
      'expected float32[1], received int32[1]',
    );
  });
});
