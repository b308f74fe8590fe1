import { hostTensor } from '@gan-zoo/compiler';
import { createRandom } from '@gan-zoo/core';
import { describe, expect, it } from 'vitest';
import { distortPictures, drawDistortions, type Distortion } from './distort.ts';

const none: Distortion = { width: 1, height: 1, slant: 0, right: 0, down: 0 };

/** Distorts one grey picture of digits, 0 ink to 1 paper, row by row. */
function distorted(rows: readonly string[], distortion: Partial<Distortion>): string[] {
  const side = rows.length;
  const data = Float32Array.from(rows.join('').replaceAll('.', '1'), Number);
  const picture = hostTensor([1, side, side, 1], data);
  const { data: values } = distortPictures(picture, [{ ...none, ...distortion }]);
  return Array.from({ length: side }, (_, y) =>
    Array.from(values.slice(y * side, (y + 1) * side), (value) =>
      value === 1 ? '.' : String(Number(value.toFixed(2))),
    ).join(''),
  );
}

describe('distortPictures', () => {
  const bar = ['..0..', '..0..', '..0..', '..0..', '..0..'];

  it('moves right and down, and lets paper in', () => {
    expect(distorted(bar, { right: 1 })).toEqual(Array(5).fill('...0.'));
    expect(distorted(bar, { down: 2 })).toEqual(['.....', '.....', '..0..', '..0..', '..0..']);
    expect(distorted(bar, { down: -1 }).at(-1)).toBe('.....');
  });

  it('mixes neighbours where it moves by parts of a pixel', () => {
    expect(distorted(bar, { right: 0.5 })).toEqual(Array(5).fill('..0.50.5.'));
  });

  it('slants to the right going up, about the centre', () => {
    expect(distorted(bar, { slant: 1 })).toEqual(['....0', '...0.', '..0..', '.0...', '0....']);
  });

  it('stretches about the centre', () => {
    expect(distorted(['.....', '.....', '0...0', '.....', '.....'], { width: 0.5 })[2]).toBe(
      '.0.0.',
    );
    expect(distorted(['..0..', '.....', '.....', '.....', '..0..'], { height: 0.5 })).toEqual([
      ...['.....', '..0..', '.....', '..0..', '.....'],
    ]);
  });

  it('leaves pictures alone that are not to be distorted, and those given as they are', () => {
    const pictures = hostTensor(
      [2, 2, 2, 3],
      Float32Array.from({ length: 24 }, (_, at) => at / 24),
    );
    const before = pictures.data.slice();
    const { data, shape } = distortPictures(pictures, [undefined, { ...none, right: 1 }]);
    expect(shape).toEqual([2, 2, 2, 3]);
    expect(data.slice(0, 12)).toEqual(before.slice(0, 12));
    // Both rows: paper comes in, and the first pixel with all its channels becomes the second.
    expect(data.slice(12, 18)).toEqual(Float32Array.of(1, 1, 1, ...before.slice(12, 15)));
    expect(pictures.data).toEqual(before);
  });
});

describe('drawDistortions', () => {
  const drawn = (share: number, step = 0) =>
    drawDistortions({ random: createRandom(3), step, count: 1000, imageSize: 64, share });

  it('distorts the share that it is told, by the seed and the step', () => {
    const count = drawn(0.3).filter((each) => each !== undefined).length;
    expect(count).toBeGreaterThan(250);
    expect(count).toBeLessThan(350);
    expect(drawn(0.3)).toEqual(drawn(0.3));
    expect(drawn(0.3, 1)).not.toEqual(drawn(0.3));
    expect(drawn(0).every((each) => each === undefined)).toBe(true);
  });

  it('goes as far either way', () => {
    const all = drawn(1) as Distortion[];
    const range = (key: keyof Distortion) => {
      const values = all.map((each) => each[key]);
      return [Math.min(...values), Math.max(...values)].map((value) => Number(value.toFixed(1)));
    };
    expect(range('width')).toEqual([0.8, 1.2]);
    expect(range('slant')).toEqual([-0.2, 0.2]);
    expect(range('right')).toEqual([-2, 2]);
    expect(range('down')).toEqual([-2, 2]);
  });
});
