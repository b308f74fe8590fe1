import { describe, expect, it } from 'vitest';
import { createRandom } from '../random/index.ts';
import type { Augmentation } from './augmentations.ts';
import { drawAugment, type ImageShape } from './drawAugment.ts';

const shape: ImageShape = [400, 16, 24, 3];
const draw = (kinds: readonly Augmentation[], stream = 'real', step = 0) =>
  drawAugment({ kinds, random: createRandom(1), stream, step, shape });

/** Row `index` of a [rows, length, …] tensor. */
const rowOf = (data: ArrayLike<number>, length: number, index: number): number[] =>
  Array.from({ length }, (_, at) => data[index * length + at]!);

const shiftsOf = (data: ArrayLike<number>, side: number): number[] =>
  Array.from({ length: shape[0] }, (_, picture) => {
    const row = rowOf(data, side, picture);
    const at = row.findIndex((from) => from >= 0);
    return row[at]! - at;
  });

describe('drawAugment', () => {
  it('draws what is asked for and no more', () => {
    expect(draw([])).toEqual({});
    expect(Object.keys(draw(['cutout', 'color']))).toEqual(['color', 'cutout']);
  });

  it('is a function of seed, stream and step, each kind on its own', () => {
    expect(draw(['color'])).toEqual(draw(['color']));
    expect(draw(['color', 'cutout']).color).toEqual(draw(['color']).color);
    expect(draw(['color'], 'fake')).not.toEqual(draw(['color']));
    expect(draw(['color'], 'real', 1)).not.toEqual(draw(['color']));
  });

  it('draws colours from the published ranges', () => {
    const { picture, gray, mean, shift } = draw(['color']).color!;
    const brightness = [...shift.data];
    const contrast = [...mean.data].map((value) => 1 - value);
    const saturation = [...picture.data].map((value, i) => value / contrast[i]!);
    const range = (values: number[]) => [Math.min(...values), Math.max(...values)] as const;
    for (const [values, low, high] of [
      [brightness, -0.5, 0.5],
      [saturation, 0, 2],
      [contrast, 0.5, 1.5],
    ] as const) {
      const [least, most] = range(values);
      expect(least).toBeGreaterThanOrEqual(low - 1e-5);
      expect(least).toBeLessThan(low + 0.05 * (high - low));
      expect(most).toBeLessThanOrEqual(high + 1e-5);
      expect(most).toBeGreaterThan(high - 0.05 * (high - low));
    }
    gray.data.forEach((value, i) =>
      expect(value).toBeCloseTo(contrast[i]! * (1 - saturation[i]!), 5),
    );
  });

  it('translates each side by up to an eighth, in both directions', () => {
    const { rows, columns } = draw(['translation']).translation!;
    for (const [tensor, side, most] of [
      [rows, 16, 2],
      [columns, 24, 3],
    ] as const) {
      expect(tensor).toMatchObject({ dtype: 'int32', shape: [400, side] });
      const expected = Array.from({ length: 2 * most + 1 }, (_, i) => i - most);
      expect([...new Set(shiftsOf(tensor.data, side))].sort((a, b) => a - b)).toEqual(expected);
    }
    const shift = shiftsOf(rows.data, 16)[0]!;
    expect(rowOf(rows.data, 16, 0)).toEqual(
      Array.from({ length: 16 }, (_, at) => (at + shift >= 0 && at + shift < 16 ? at + shift : -1)),
    );
  });

  it('cuts half of each side around a centre anywhere, less at the border', () => {
    const { rows, columns } = draw(['cutout']).cutout!;
    expect([rows.shape, columns.shape]).toEqual([
      [400, 16, 1, 1],
      [400, 1, 24, 1],
    ]);
    const lengths = Array.from({ length: 400 }, (_, i) => rowOf(rows.data, 16, i)).map((row) => {
      const text = row.join('');
      expect(text).toMatch(/^0*1+0*$/);
      return text.replaceAll('0', '').length;
    });
    expect([...new Set(lengths)].sort((a, b) => a - b)).toEqual([4, 5, 6, 7, 8]);
  });
});
