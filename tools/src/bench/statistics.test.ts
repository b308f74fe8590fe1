import { describe, expect, it } from 'vitest';
import { median, summariseRatios } from './statistics.ts';

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 7])).toBe(6);
    expect(median([])).toBeNaN();
  });
});

describe('summariseRatios', () => {
  it('compares round by round, not the medians of both sides', () => {
    const summary = summariseRatios([1, 20, 3], [2, 10, 30]);
    expect(summary).toEqual({ median: 0.5, smallest: 0.1, largest: 2 });
  });

  it('refuses sides that do not match', () => {
    expect(() => summariseRatios([1, 2], [1])).toThrow('received 2 and 1');
    expect(() => summariseRatios([], [])).toThrow('received 0 and 0');
  });
});
