import { expect, it } from 'vitest';
import { outputNames } from './outputNames.ts';

it('keeps names, and folders, and dots in names', () => {
  expect(outputNames(['a.jpg', 'sub/b.tar.webp', 'c'])).toEqual([
    'a.png',
    'sub/b.tar.png',
    'c.png',
  ]);
});

it('tells apart what would be one file', () => {
  expect(outputNames(['a.jpg', 'a.webp', 'b/a.jpg', 'A.gif'])).toEqual([
    'a.jpg.png',
    'a.webp.png',
    'b/a.png',
    'A.gif.png',
  ]);
  expect(outputNames(['a.jpg', 'a.webp', 'a.jpg.gif', 'a.JPG'])).toEqual([
    'a.jpg.png',
    'a.webp.png',
    'a.jpg-2.png',
    'a.JPG-3.png',
  ]);
});
