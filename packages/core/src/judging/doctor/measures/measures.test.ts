import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../model/random/index.ts';
import { relativeChange, thumbnailsOf } from './change.ts';
import { patternAmplitude, relativeCheckerboard } from './checkerboard.ts';
import { relativeContrast } from './contrast.ts';
import { meanPictureCorrelation, translationCorrelation } from './correlation.ts';
import { pictureDistances, relativeDiversity } from './diversity.ts';
import { nonFiniteMetric, nonFiniteWeight } from './finite.ts';
import { overfittingOf } from './overfitting.ts';
import { shrinkPictures } from './pictures.ts';

const side = 32;

/** Pictures [count, 32, 32, 2] of a function of picture, column, row and channel. */
function draw(
  count: number,
  valueAt: (picture: number, x: number, y: number, c: number) => number,
): HostTensor {
  const data = Float32Array.from({ length: count * side * side * 2 }, (_, at) => {
    const pixel = Math.floor(at / 2);
    const picture = Math.floor(pixel / (side * side));
    return valueAt(picture, pixel % side, Math.floor(pixel / side) % side, at % 2);
  });
  return hostTensor([count, side, side, 2], data);
}

const noise = (count: number, seed = 1): HostTensor => {
  const values = createRandom(seed)
    .stream('noise')
    .at(0)
    .normals(count * side * side * 2);
  return hostTensor(
    [count, side, side, 2],
    values.map((value) => 0.4 * value),
  );
};
const plus = (a: HostTensor, b: HostTensor): HostTensor =>
  hostTensor(
    a.shape,
    Float32Array.from(a.data, (value, at) => value + b.data[at]!),
  );
const times = (factor: number, a: HostTensor): HostTensor =>
  hostTensor(
    a.shape,
    Float32Array.from(a.data, (value) => factor * value),
  );

/** Waves of a direction and length of their own in every picture. */
const waves = (count: number, phase = 0): HostTensor =>
  draw(count, (i, x, y, c) => 0.8 * Math.sin(((i + 1) * x + (count - i) * y) / 9 + c + phase));

describe('shrinkPictures', () => {
  it('averages boxes and leaves small pictures alone', () => {
    const [first] = shrinkPictures(
      draw(1, (_, x, y, c) => x + 10 * c + 0 * y),
      2,
    );
    expect([...first!]).toEqual([7.5, 17.5, 23.5, 33.5, 7.5, 17.5, 23.5, 33.5]);
    const small = hostTensor([1, 1, 2, 1], [3, 4]);
    expect([...shrinkPictures(small)[0]!]).toEqual([3, 4]);
  });

  it('refuses anything but pictures', () => {
    expect(() => shrinkPictures(hostTensor([4, 2]))).toThrow(
      'shrinkPictures: expected pictures of shape [N, H, W, C], received [4, 2]. ' +
        'Hand over what draw returns.',
    );
  });
});

describe('relativeDiversity', () => {
  it('is 1 for pictures as diverse as the data, and scales with their differences', () => {
    expect(relativeDiversity(waves(8), waves(8))).toEqual({ diversity: 1, distinctness: 1 });
    const half = relativeDiversity(times(0.5, waves(8)), waves(8))!;
    expect(half.diversity).toBeCloseTo(0.5, 6);
    expect(half.distinctness).toBeCloseTo(0.5, 6);
  });

  it('is 0 for one picture again and again', () => {
    const same = draw(8, (_, x, y) => Math.sin(x + y));
    expect(relativeDiversity(same, waves(8))).toEqual({ diversity: 0, distinctness: 0 });
  });

  it('tells copies of two pictures by distinctness alone', () => {
    const two = draw(8, (i, x, y, c) => 0.8 * Math.sin((((i % 2) + 1) * 4 * x + 3 * y) / 9 + c));
    const { diversity, distinctness } = relativeDiversity(two, waves(8))!;
    expect(diversity).toBeGreaterThan(0.4);
    expect(distinctness).toBe(0);
  });

  it('does not take fine noise for diversity', () => {
    // Boxes of four pixels halve it.
    expect(pictureDistances(noise(8)).pairs).toBeCloseTo((0.4 / 2) * Math.SQRT2, 1);
  });

  it('measures nothing for one picture, or data without differences', () => {
    expect(relativeDiversity(waves(1), waves(8))).toBeUndefined();
    expect(relativeDiversity(waves(8), times(0, waves(8)))).toBeUndefined();
  });
});

describe('relativeContrast', () => {
  it('is the ratio of standard deviations inside pictures, channel by channel', () => {
    expect(relativeContrast(times(0.25, waves(4)), waves(4))).toBeCloseTo(0.25, 6);
    // Plain areas of different colours have none.
    expect(
      relativeContrast(
        draw(4, (i, _x, _y, c) => i + 5 * c),
        waves(4),
      ),
    ).toBeCloseTo(0, 6);
    expect(relativeContrast(waves(4), times(0, waves(4)))).toBeUndefined();
  });
});

describe('checkerboard', () => {
  const board = (amplitude: number): HostTensor =>
    draw(4, (_, x, y) => amplitude * (-1) ** (x + y));

  it.each([
    ['both axes', (x: number, y: number) => (-1) ** (x + y), 2],
    ['columns', (x: number) => (-1) ** x, 2],
    ['rows of three', (_x: number, y: number) => (y % 3 === 0 ? Math.SQRT2 : -Math.SQRT1_2), 3],
  ] as const)('finds the amplitude of a pattern along %s', (_name, pattern, period) => {
    const images = draw(2, (_, x, y) => 0.1 * pattern(x, y));
    expect(patternAmplitude(images, period)).toBeCloseTo(0.1, 6);
    expect(patternAmplitude(plus(images, waves(2)), period)).toBeCloseTo(0.1, 2);
  });

  it('cancels noise, which has as much energy at these frequencies', () => {
    const clean = patternAmplitude(board(0.1), 2)!;
    const noisy = patternAmplitude(plus(board(0.1), noise(4)), 2)!;
    expect(noisy).toBeCloseTo(clean, 1);
    // Noise of 0.4 alone would count as √3 · 0.4 / 8 = 0.087 in single blocks.
    expect(patternAmplitude(noise(16), 2)).toBeLessThan(0.03);
  });

  it('is relative to the data, or to what can be seen', () => {
    expect(relativeCheckerboard(board(0.1), waves(4))).toBeCloseTo(0.1 / 0.02, 1);
    expect(relativeCheckerboard(board(0.1), board(0.05))).toBeCloseTo(2, 6);
    expect(relativeCheckerboard(waves(4), waves(4, 1))).toBeLessThan(1);
  });

  it('measures nothing in pictures too small for the pattern', () => {
    const tiny = hostTensor([1, 4, 4, 1]);
    expect(patternAmplitude(tiny, 2)).toBeUndefined();
    expect(relativeCheckerboard(tiny, tiny)).toBeUndefined();
  });
});

describe('translationCorrelation', () => {
  it('is 1 for the same pictures, whatever their brightness, and -1 for negatives', () => {
    const brighter = plus(
      times(0.3, waves(6)),
      draw(6, () => 0.5),
    );
    expect(translationCorrelation(waves(6), brighter, noise(6))).toBeCloseTo(1, 6);
    expect(translationCorrelation(waves(6), times(-0.3, waves(6)), noise(6))).toBeCloseTo(-1, 6);
    expect(translationCorrelation(waves(6), noise(6), noise(6))!).toBeCloseTo(0, 1);
  });

  it('measures nothing where the domains themselves are negatives', () => {
    const ink = plus(
      draw(6, (_, x, y) => Math.hypot(x - 16, y - 16) / 16 - 1),
      noise(6),
    );
    const chalk = times(-1, ink);
    expect(translationCorrelation(ink, chalk, chalk)).toBeUndefined();
    expect(translationCorrelation(ink, chalk, ink)).toBeCloseTo(-1, 6);
  });

  it('measures nothing without contrast, or between numbers of channels', () => {
    expect(
      translationCorrelation(
        waves(4),
        draw(4, () => 0.5),
        waves(4),
      ),
    ).toBeUndefined();
    const grey = hostTensor([4, side, side, 1]);
    expect(translationCorrelation(grey, waves(4), waves(4))).toBeUndefined();
  });
});

describe('meanPictureCorrelation', () => {
  const disc = (seed: number): HostTensor =>
    plus(
      draw(8, (_, x, y) => (Math.hypot(x - 16, y - 16) < 9 ? 0.8 : -0.8)),
      noise(8, seed),
    );

  it('compares mean pictures with their sign', () => {
    expect(meanPictureCorrelation(disc(1), disc(2))).toBeGreaterThan(0.9);
    expect(meanPictureCorrelation(times(-1, disc(1)), disc(2))).toBeLessThan(-0.9);
  });

  it('measures nothing where pictures have nothing in common', () => {
    expect(meanPictureCorrelation(disc(1), noise(8))).toBeUndefined();
    expect(
      meanPictureCorrelation(
        draw(8, () => 0.3),
        disc(1),
      ),
    ).toBeUndefined();
  });
});

describe('relativeChange', () => {
  const change = (before: HostTensor, now: HostTensor, steps = 100) =>
    relativeChange({
      ...{ before: thumbnailsOf(before), now: thumbnailsOf(now), steps, realDistance: 0.5 },
    });

  it('is the distance of two looks in units of that between real pictures', () => {
    expect(change(waves(6), waves(6))).toBe(0);
    expect(
      change(
        draw(6, () => 0.25),
        draw(6, () => 0.35),
      ),
    ).toBeCloseTo(0.2, 3);
    expect(
      change(
        draw(6, () => 0.25),
        draw(6, () => 0.35),
        1000,
      ),
    ).toBeCloseTo(0.2, 3);
    expect(
      change(
        draw(6, () => 0.25),
        draw(6, () => 0.35),
        50,
      ),
    ).toBeCloseTo(0.4, 3);
  });

  it('sees changes of a ten-thousandth, and survives NaN', () => {
    expect(
      change(
        draw(2, () => 0.5),
        draw(2, () => 0.5001),
      ),
    ).toBeGreaterThan(1e-4);
    expect(
      change(
        draw(2, () => NaN),
        draw(2, () => 0),
      ),
    ).toBe(0);
  });

  it('measures nothing between looks that do not fit', () => {
    expect(change(waves(2), waves(3))).toBeUndefined();
    expect(change(waves(2), waves(2), 0)).toBeUndefined();
  });
});

describe('overfittingOf', () => {
  const around = (mean: number, spread = 0.1): number[] =>
    [-1, 1, -1, 1].map((sign) => mean + sign * spread);

  it('is the share of the way from training to generated pictures', () => {
    const judged = { training: around(3), generated: around(-1) };
    expect(overfittingOf({ ...judged, heldBack: around(3) })!.overfitting).toBeCloseTo(0, 9);
    expect(overfittingOf({ ...judged, heldBack: around(2) })!.overfitting).toBeCloseTo(0.25, 9);
    expect(overfittingOf({ ...judged, heldBack: around(-1) })!.overfitting).toBeCloseTo(1, 9);
  });

  it('knows its standard error', () => {
    // The variance of ±0.1 is 0.04 / 3; of a mean of four a quarter; two of them over a gap of 4.
    const found = overfittingOf({
      training: around(3),
      heldBack: around(2),
      generated: around(-1),
    });
    expect(found!.overfittingError).toBeCloseTo(Math.sqrt((2 * 0.04) / 12) / 4, 9);
  });

  it('measures nothing where D tells nothing apart, or too few were judged', () => {
    const judged = { training: around(0, 1), generated: around(-0.5, 1) };
    expect(overfittingOf({ ...judged, heldBack: around(0) })).toBeUndefined();
    expect(overfittingOf({ training: [3], heldBack: [2, 2], generated: [0, 0] })).toBeUndefined();
  });
});

describe('finite', () => {
  it('names the first metric and the first weight that is no number', () => {
    expect(nonFiniteMetric({ a: 1, b: -Infinity, c: NaN })).toEqual({
      name: 'b',
      value: -Infinity,
    });
    expect(nonFiniteMetric({ a: 1, b: undefined })).toBeUndefined();
    const state = { g: { w: hostTensor([2], [0, 1]) }, d: { w: hostTensor([2], [1, NaN]) } };
    expect(nonFiniteWeight(state)).toEqual({ name: 'd/w', value: NaN });
    expect(nonFiniteWeight({ g: state.g })).toBeUndefined();
  });
});
