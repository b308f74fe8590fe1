import { expect, it } from 'vitest';
import { chooseSamples } from './chooseSamples.ts';

const characters = Array.from({ length: 400 }, (_, place) => String.fromCodePoint(0x4e00 + place));
const unseen = new Set(characters.filter((_, place) => place % 4 === 0));
const choice = { option: '--font', characters, unseen, chars: 50, testChars: 60 };
const usual = { ...choice, batchSize: 16, seed: 3 };

it('learns from more of the same characters, and holds back the same that were never seen', () => {
  const few = chooseSamples(usual);
  const many = chooseSamples({ ...usual, chars: 200 });
  expect([few.training.length, few.test.length, many.training.length]).toEqual([50, 60, 200]);
  expect(many.training.slice(0, 50)).toEqual(few.training);
  expect(many.test).toEqual(few.test);
  expect(few.test.every((place) => unseen.has(characters[place]!))).toBe(true);
  expect(few.training.some((place) => unseen.has(characters[place]!))).toBe(false);
  expect(new Set([...many.training, ...many.test]).size).toBe(260);
  expect(chooseSamples({ ...usual, seed: 4 }).training).not.toEqual(few.training);
});

it('holds back a tenth of few characters', () => {
  const { training, test } = chooseSamples({ ...usual, characters: characters.slice(0, 50) });
  expect([training.length, test.length]).toEqual([45, 5]);
});

it('refuses fewer than a batch', () => {
  expect(() => chooseSamples({ ...usual, characters: characters.slice(0, 17) })).toThrow(
    '--font: expected at least 16 characters to learn from (one batch) besides 2 held back, ' +
      'received 17 that both fonts have and --chars 50. Give more glyphs, or use a smaller ' +
      '--batch-size.',
  );
});
