import { createAvatar } from '@dicebear/core';
import * as lorelei from '@dicebear/lorelei';
import { describe, expect, it } from 'vitest';
import { createChooser } from './chooser.ts';

describe('createChooser', () => {
  it('gives the same choice for the same key, name and list', () => {
    const list = ['a', 'b', 'c', 'd', 'e'] as const;
    const draw = () => ['x', 'y', 'z'].map((name) => createChooser('set/7').choose(name, list));
    expect(draw()).toEqual(draw());
    expect(createChooser('set/7').seed).toBe(createChooser('set/7').seed);
    expect(createChooser('set/7').seed).not.toBe(createChooser('set/8').seed);
  });

  it('makes each choice independent of the others', () => {
    const chooser = createChooser('set/7');
    const numbers = Array.from({ length: 100 }, (_, i) => i) as [number, ...number[]];
    const alone = createChooser('set/7').choose('second', numbers);
    chooser.choose('first', numbers);
    expect(chooser.choose('second', numbers)).toBe(alone);
  });

  it('chooses every member about equally often', () => {
    const letters = ['a', 'b', 'c', 'd'] as const;
    const counts = { a: 0, b: 0, c: 0, d: 0 };
    for (let i = 0; i < 4000; i++) {
      const letter = createChooser(`set/${i}`).choose('letter', letters);
      counts[letter] += 1;
    }
    for (const count of Object.values(counts)) {
      expect(count).toBeGreaterThan(900);
      expect(count).toBeLessThan(1100);
    }
  });

  it('breaks the likeness of neighbours that DiceBear gives to consecutive seeds', () => {
    const plain = sharedHair((i) => `0-${i}`);
    const mixed = sharedHair((i) => createChooser(`lorelei/0/${i}`).seed);
    expect(plain).toBeGreaterThan(0.1);
    expect(mixed).toBeLessThan(0.05);
  });
});

/** Fraction of consecutive avatars with the same of 48 kinds of hair; 1/48 by chance. */
function sharedHair(seedOf: (index: number) => string): number {
  const hair = Array.from(
    { length: 500 },
    (_, i) => createAvatar(lorelei, { seed: seedOf(i) }).toJson().extra.hair,
  );
  return hair.filter((name, i) => i > 0 && name === hair[i - 1]).length / (hair.length - 1);
}
