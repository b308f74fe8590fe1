import { describe, expect, it } from 'vitest';
import { drawn } from '../testing/drawnPictures.ts';
import { enlargePicture } from './enlargePicture.ts';

/** Columns of ink of an enlarged row. */
function inkIn(large: Uint8Array, row: number, side: number): readonly number[] {
  const levels = large.subarray(row * side, (row + 1) * side);
  return [...levels.keys()].filter((column) => levels[column]! < 128);
}

describe('enlargePicture', () => {
  it('leaves ink and paper alone, and puts edges where grey levels say', () => {
    const box = drawn((context) => context.fillRect(20.5, 30, 40, 30));
    const large = enlargePicture(box, 96, 4);
    expect(large.length).toBe(384 ** 2);
    const ink = inkIn(large, 4 * 45, 384);
    expect([ink[0], ink.at(-1)]).toEqual([82, 4 * 60.5 - 1]);
    expect(inkIn(large, 4 * 25, 384)).toEqual([]);
  });

  it('makes a thin stroke of what is too faint to be ink', () => {
    const faint = drawn((context) => context.fillRect(40, 20, 0.4, 50));
    expect(faint.every((level) => level > 128)).toBe(true);
    const ink = inkIn(enlargePicture(faint, 96, 4), 4 * 45, 384);
    expect(ink.length).toBeGreaterThanOrEqual(1);
    expect(ink.length).toBeLessThanOrEqual(2);
    expect(ink.every((column) => column >= 160 && column < 164)).toBe(true);
  });
});
