import { drawn } from '@gan-zoo/fonts/testing';
import { describe, expect, it } from 'vitest';
import { diversity } from './diversity.ts';
import { resizePictures } from './resizePictures.ts';
import { strokeLoss } from './strokeLoss.ts';

const bar = (left: number, top: number, width: number, height: number): Uint8Array =>
  drawn((context) => context.fillRect(left, top, width, height));
const together = (...layers: readonly Uint8Array[]): Uint8Array =>
  layers[0]!.map((_, at) => Math.min(...layers.map((layer) => layer[at]!)));
const [one, two] = [bar(10, 10, 60, 6), bar(10, 60, 30, 6)];

describe('strokeLoss', () => {
  it('measures strokes that are missing and those that are too many', () => {
    const both = together(one, two);
    const [whole, third] = [{ missing: [0], extra: [0] }, 1 / 3];
    expect(strokeLoss(both, both, { imageSize: 96 })).toEqual(whole);
    const lost = strokeLoss(one, both, { imageSize: 96 });
    expect(lost.missing[0]).toBeCloseTo(third, 9);
    expect(lost.extra).toEqual([0]);
    const invented = strokeLoss(both, one, { imageSize: 96 });
    expect(invented.missing).toEqual([0]);
    expect(invented.extra[0]).toBeCloseTo(third, 9);
  });

  it('lets strokes stand a little aside', () => {
    const aside = bar(10, 12, 60, 6);
    expect(strokeLoss(aside, one, { imageSize: 96 })).toEqual({ missing: [0], extra: [0] });
    expect(strokeLoss(aside, one, { imageSize: 96, tolerance: 0 }).missing[0]).toBeCloseTo(
      1 / 3,
      9,
    );
    expect(strokeLoss(bar(10, 13, 60, 6), one, { imageSize: 96 }).missing[0]).toBeCloseTo(1 / 6, 9);
  });

  it('finds nothing amiss in equal greys, and takes a paler stroke for lost below half', () => {
    const [grey, pale] = [160, 220].map((level) => one.map((each) => (each === 255 ? 255 : level)));
    const options = { imageSize: 96, tolerance: 0 };
    expect(strokeLoss(grey!, grey!, options)).toEqual({ missing: [0], extra: [0] });
    expect(strokeLoss(pale!, grey!, options)).toEqual({ missing: [1], extra: [0] });
    const dark = one.map((each) => (each === 255 ? 255 : 120));
    expect(strokeLoss(dark, one, options)).toEqual({ missing: [0], extra: [0] });
  });

  it('does not let ink wrap around the edge', () => {
    const [left, right] = [bar(0, 40, 1, 10), bar(95, 40, 1, 10)];
    expect(strokeLoss(left, right, { imageSize: 96 })).toEqual({ missing: [1], extra: [1] });
  });

  it('takes all ink as missing from an empty picture, and looks at each picture by itself', () => {
    const empty = new Uint8Array(96 * 96).fill(255);
    const ours = Uint8Array.from([...empty, ...one]);
    const truth = Uint8Array.from([...one, ...one]);
    expect(strokeLoss(ours, truth, { imageSize: 96 })).toEqual({ missing: [1, 0], extra: [0, 0] });
  });

  it('refuses pictures that do not belong together', () => {
    expect(() => strokeLoss(one, one.slice(1), { imageSize: 96 })).toThrow(
      'strokeLoss: expected as many pictures of 96×96 px on both sides, received 9216 and 9215 bytes.',
    );
  });
});

describe('diversity', () => {
  it('is the mean difference of every two draws', () => {
    const [white, grey, black] = [255, 204, 0].map((level) => new Uint8Array(4).fill(level));
    expect(diversity([white!, white!])).toBe(0);
    expect(diversity([white!, grey!, black!])).toBeCloseTo((0.2 + 1 + 0.8) / 3, 9);
    expect(() => diversity([white!])).toThrow(
      'diversity: expected two or more draws of the same pictures, received 1 of 4 bytes.',
    );
  });
});

describe('resizePictures', () => {
  it('takes the mean of what a pixel covers', () => {
    const picture = Uint8Array.from([0, 90, 180, 30, 120, 210, 60, 150, 240]);
    expect([...resizePictures(picture, 3, 1)]).toEqual([120]);
    expect([...resizePictures(picture, 3, 3)]).toEqual([...picture]);
    // (0 + 90/2 + 30/2 + 120/4) / (9/4)
    expect(resizePictures(picture, 3, 2)[0]).toBeCloseTo(40, 4);
    expect([...resizePictures(Uint8Array.of(10, 20, 30, 40), 2, 4).subarray(0, 4)]).toEqual([
      ...[10, 10, 20, 20],
    ]);
  });

  it('resizes picture after picture', () => {
    const pictures = Uint8Array.from([1, 1, 1, 1, 8, 8, 8, 8]);
    expect([...resizePictures(pictures, 2, 1)]).toEqual([1, 8]);
  });
});
