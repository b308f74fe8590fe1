import { describe, expect, it } from 'vitest';
import { memoryTrend } from './memoryTrend.ts';

describe('memoryTrend', () => {
  it('is the line after the start', () => {
    const samples = Array.from({ length: 20 }, (_, seconds) => ({
      seconds,
      rss: seconds < 4 ? 1e9 * seconds : 100 + 3 * seconds,
      heapUsed: seconds % 2,
    }));
    const { from, to, slope } = memoryTrend(samples, 'rss');
    expect(slope).toBeCloseTo(3, 10);
    expect([from, to].map(Math.round)).toEqual([112, 157]);
    expect(Math.abs(memoryTrend(samples, 'heapUsed').slope)).toBeLessThan(0.02);
  });

  it('needs samples', () => {
    expect(() => memoryTrend([], 'rss')).toThrow(
      'soak: expected at least 3 samples after the start, received 0. Take more --steps.',
    );
  });
});
