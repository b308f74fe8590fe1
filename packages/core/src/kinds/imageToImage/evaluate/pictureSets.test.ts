import { hostTensor } from '@gan-zoo/compiler';
import { expect, it } from 'vitest';
import { pairByName } from './pairByName.ts';
import { rowsOf } from './pictureSets.ts';

it('pairs paths that are equal but for their extensions, and no ambiguous ones', () => {
  const a = ['a.png', 'b.png', 'sub/c.jpg', 'd.png', 'd.jpg'];
  const b = ['b.webp', 'c.png', 'd.png', 'sub/c.png'];
  expect(pairByName(a, b)).toEqual({
    pairs: [
      { a: 1, b: 0 },
      { a: 2, b: 3 },
    ],
    singles: 5,
  });
});

it('takes rows in any order', () => {
  const rows = rowsOf(hostTensor([3, 2], [1, 2, 3, 4, 5, 6]), [2, 0]);
  expect(rows).toEqual(hostTensor([2, 2], [5, 6, 1, 2]));
});
