import { createRandom } from '@gan-zoo/core';
import { expect, it } from 'vitest';
import { meanStyle, randomStyle } from './styleVectors.ts';

it('takes the mean of styles', () => {
  const styles = [Float32Array.of(1, 2), Float32Array.of(3, 6)];
  expect([...meanStyle(styles)]).toEqual([2, 4]);
});

it('draws styles that have the mean and the covariance of others, and lie where those lie', () => {
  // On a line in the plane: the second value is twice the first, and 1 more.
  const styles = [-2, -1, 0, 4, 9].map((value) => Float32Array.of(value, 2 * value + 1));
  const draws = createRandom(0).stream('styles').at(0);
  const drawn = Array.from({ length: 20_000 }, () => randomStyle(styles, draws));
  for (const [x, y] of drawn) expect(y).toBeCloseTo(2 * x! + 1, 4);
  const mean = meanStyle(drawn)[0]!;
  // Of the five: mean 2, variance 82 / 5.
  expect(mean).toBeCloseTo(2, 0);
  const variance = drawn.reduce((sum, [x]) => sum + (x! - mean) ** 2, 0) / drawn.length;
  expect(variance / (82 / 5)).toBeCloseTo(1, 1);
});
