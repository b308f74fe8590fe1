import { hostTensor } from '@gan-zoo/compiler';
import { createRandom } from '@gan-zoo/core';
import { describe, expect, it } from 'vitest';
import { resample } from './resample.ts';
import { drawWindows, shapePictures } from './shapePairs.ts';

const ramp = (side: number): Float32Array =>
  Float32Array.from({ length: side * side }, (_, at) => (at % side) / side);

describe('resample', () => {
  it('leaves a picture of the right size as it is', () => {
    const pixels = ramp(8);
    const same = resample(pixels, 8, 8, { scale: 1, left: 0, top: 0 });
    expect(same).toEqual(pixels);
    expect(same).not.toBe(pixels);
  });

  it('interpolates between pixel centres, and shifts', () => {
    const larger = resample(ramp(8), 8, 8, { scale: 2, left: 4, top: 0 });
    // Pixel x of the result is at (x + ½ + 4)/2 − ½ of the picture.
    const line = Array.from({ length: 8 }, (_, x) => ((x + 4.5) / 2 - 0.5) / 8);
    for (const row of [0, 3, 7]) {
      Array.from(larger.subarray(8 * row, 8 * row + 8)).forEach((value, x) =>
        expect(value).toBeCloseTo(line[x]!, 6),
      );
    }
  });

  it('keeps thin strokes when it makes a picture smaller', () => {
    const pixels = new Float32Array(96 * 96).fill(1);
    for (let y = 0; y < 96; y++) pixels[96 * y + 41] = -1;
    const small = resample(pixels, 96, 32, { scale: 1, left: 0, top: 0 });
    const ink = small.reduce((sum, value) => sum + (1 - value) / 2, 0);
    // One of 96 columns was ink; so is a 96th of the result.
    expect(ink).toBeCloseTo((32 * 32) / 96, 3);
  });

  it('stays inside of the picture at the furthest window', () => {
    const pixels = new Float32Array(16).fill(0.5);
    const cut = resample(pixels, 4, 4, { scale: 1.2, left: 0.8, top: 0.8 });
    expect([...cut].every((value) => Math.abs(value - 0.5) < 1e-6)).toBe(true);
  });
});

describe('shapePictures', () => {
  it('repeats grey in three channels', () => {
    const grey = hostTensor([1, 2, 2, 1], [0, 0.25, 0.5, 1]);
    const { shape, data } = shapePictures(grey, { imageSize: 2, channels: 3 });
    expect(shape).toEqual([1, 2, 2, 3]);
    expect([...data]).toEqual([0, 0, 0, 0.25, 0.25, 0.25, 0.5, 0.5, 0.5, 1, 1, 1]);
    expect(shapePictures(grey, { imageSize: 2, channels: 1 })).toBe(grey);
  });
});

describe('drawWindows', () => {
  const options = { random: createRandom(1), count: 50, imageSize: 64 };

  it('gives the same squares for the same step, inside of the enlarged picture', () => {
    const windows = drawWindows({ ...options, step: 3, enlarge: 1.2 })!;
    expect(drawWindows({ ...options, step: 3, enlarge: 1.2 })).toEqual(windows);
    expect(drawWindows({ ...options, step: 4, enlarge: 1.2 })).not.toEqual(windows);
    for (const { scale, left, top } of windows) {
      expect(scale).toBeGreaterThanOrEqual(1);
      expect(scale).toBeLessThan(1.2);
      expect(Math.max(left, top)).toBeLessThanOrEqual((scale - 1) * 64);
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
    }
    expect(Math.max(...windows.map(({ scale }) => scale))).toBeGreaterThan(1.15);
  });

  it('gives none where nothing is enlarged', () => {
    expect(drawWindows({ ...options, step: 3, enlarge: 1 })).toBeUndefined();
  });
});
