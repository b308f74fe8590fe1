import { describe, expect, it } from 'vitest';
import { keepBest } from './keepBest.ts';

const items = (...scores: number[]) => scores.map((score, index) => ({ score, index }));

describe('keepBest', () => {
  it('keeps the highest scores, the best first', () => {
    const best = keepBest([], items(1, 5, -2, 3), 2);
    expect(best).toEqual([
      { score: 5, index: 1 },
      { score: 3, index: 3 },
    ]);
    expect(keepBest(best, [{ score: 4, index: 9 }], 2).map(({ index }) => index)).toEqual([1, 9]);
  });

  it('gives equal scores to the one drawn first, in whatever order they come', () => {
    const [a, b, c] = items(7, 7, 7);
    expect(keepBest([c!], [b!, a!], 2)).toEqual([a, b]);
  });

  it('is the same in blocks and at once', () => {
    const all = items(...Array.from({ length: 50 }, (_, at) => (at * 37) % 11));
    let best = all.slice(0, 0);
    for (let first = 0; first < 50; first += 7) {
      best = keepBest(best, all.slice(first, first + 7), 9);
    }
    expect(best).toEqual(keepBest([], all, 9));
  });
});
