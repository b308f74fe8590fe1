import { describe, expect, it } from 'vitest';
import { memoryTrend, type MemorySample } from './memoryTrend.ts';

const samplesOf = (rss: (second: number) => number): MemorySample[] =>
  Array.from({ length: 21 }, (_, seconds) => ({ seconds, rss: rss(seconds), heapUsed: 5 }));

describe('memoryTrend', () => {
  it('is the climb from the most of one half to the most of the other', () => {
    const leaking = samplesOf((second) => 100 + 3 * second);
    expect(memoryTrend(leaking, 'rss')).toEqual({ from: 127, to: 160, slope: 3.3 });
    expect(memoryTrend(leaking, 'heapUsed')).toEqual({ from: 5, to: 5, slope: 0 });
  });

  it('is none where memory only goes up and down', () => {
    const waves = samplesOf((second) => (second === 0 ? 0 : 100 - 40 * (second % 5)));
    expect(memoryTrend(waves, 'rss').slope).toBe(0);
  });

  it('needs samples', () => {
    expect(() => memoryTrend([], 'rss')).toThrow(
      'soak: expected at least 4 samples, received 0. Take more --steps.',
    );
  });
});
