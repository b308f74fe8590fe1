import { describe, expect, it } from 'vitest';
import { createVisits, type Visit, type VisitOptions } from './visits.ts';

const options: VisitOptions = {
  ...{ images: [3, 5, 8, 13, 21], seed: 7, stream: 'images', flip: true, margin: 30 },
};
const visitsOf = (changes: Partial<VisitOptions>, count = 20): Visit[] => {
  const visitAt = createVisits({ ...options, ...changes });
  return Array.from({ length: count }, (_, position) => visitAt(position));
};
const imagesOf = (visits: readonly Visit[]) => visits.map(({ image }) => image);

describe('createVisits', () => {
  it('sees every image once in a pass, in an order of its own', () => {
    const images = imagesOf(visitsOf({}));
    const passes = [0, 5, 10, 15].map((first) => images.slice(first, first + 5));
    for (const pass of passes) {
      expect([...pass].sort((left, right) => left - right)).toEqual([3, 5, 8, 13, 21]);
    }
    expect(new Set(passes.map(String)).size).toBeGreaterThan(1);
  });

  it('gives the same visits in whatever order they are asked', () => {
    const visitAt = createVisits(options);
    const backwards = Array.from({ length: 20 }, (_, at) => visitAt(19 - at)).reverse();
    expect(backwards).toEqual(visitsOf({}));
  });

  it('cuts elsewhere in every pass, everywhere in the margin, as seed and image say', () => {
    const visits = visitsOf({ images: Array.from({ length: 50 }, (_, at) => at), margin: 3 }, 500);
    const tops = new Set(visits.map(({ top }) => top));
    const lefts = new Set(visits.map(({ left }) => left));
    expect([...tops].sort()).toEqual([0, 1, 2, 3]);
    expect([...lefts].sort()).toEqual([0, 1, 2, 3]);
    const corners = (pass: number) =>
      new Map(
        visits
          .slice(50 * pass, 50 * pass + 50)
          .map(({ image, top, left }) => [image, `${top} ${left}`]),
      );
    expect(corners(1)).not.toEqual(corners(0));
    // Mirroring is drawn apart: it does not change where images are cut.
    const straight = visitsOf({ flip: false, margin: 3 });
    const flipped = visitsOf({ flip: true, margin: 3 });
    expect(flipped.map((visit) => ({ ...visit, mirrored: false }))).toEqual(straight);
    expect(new Set(flipped.map(({ mirrored }) => mirrored)).size).toBe(2);
  });

  it('cuts nothing without a margin and mirrors nothing without flip', () => {
    for (const { top, left, mirrored } of visitsOf({ margin: 0, flip: false })) {
      expect([top, left, mirrored]).toEqual([0, 0, false]);
    }
  });

  it('depends on the seed and on the stream', () => {
    expect(visitsOf({ seed: 8 })).not.toEqual(visitsOf({}));
    expect(visitsOf({ stream: 'b' })).not.toEqual(visitsOf({}));
  });

  it('draws any image at any time when told to', () => {
    const images = imagesOf(visitsOf({ order: 'drawn' }, 100));
    expect(new Set(images)).toEqual(new Set([3, 5, 8, 13, 21]));
    const repeats = [0, 5, 10, 15].some((at) => new Set(images.slice(at, at + 5)).size < 5);
    expect(repeats).toBe(true);
    expect(imagesOf(visitsOf({ order: 'drawn' }, 100))).toEqual(images);
  });
});
