import { describe, expect, it } from 'vitest';
import { seededOrder, splitHeldBack } from './heldBack.ts';

const names = Array.from({ length: 100 }, (_, at) => `${at}.png`);
const sorted = (numbers: Iterable<number>) => [...numbers].sort((left, right) => left - right);

describe('splitHeldBack', () => {
  it('puts every image on one side', () => {
    const { training, heldBack } = splitHeldBack(names, { seed: 1, count: 8 });
    expect(heldBack).toHaveLength(8);
    expect(training).toHaveLength(92);
    expect([...training]).toEqual(sorted(training));
    expect(sorted([...training, ...heldBack])).toEqual(names.map((_, at) => at));
  });

  it('follows from the seed', () => {
    const held = (seed: number) => [...splitHeldBack(names, { seed, count: 8 }).heldBack];
    expect(held(1)).toEqual(held(1));
    expect(held(2)).not.toEqual(held(1));
  });

  it('takes at most a tenth, and leaves training what it needs', () => {
    const held = (count: number, minimumTraining = 1, of = names) =>
      splitHeldBack(of, { seed: 1, count, minimumTraining }).heldBack.length;
    expect(held(64)).toBe(10);
    expect(held(64, 97)).toBe(3);
    expect(held(64, 100)).toBe(0);
    expect(held(64, 1, names.slice(0, 9))).toBe(0);
    expect(held(0)).toBe(0);
  });

  it('keeps its choice when images are added, and makes the same one for equal names', () => {
    const chosen = (from: readonly string[], count: number) =>
      [...splitHeldBack(from, { seed: 1, count }).heldBack].map((at) => from[at]);
    const before = chosen(names, 8);
    const after = chosen(['0-new.png', ...names], 8);
    expect(after.filter((name) => before.includes(name)).length).toBeGreaterThanOrEqual(7);
    expect(chosen([...names].reverse(), 8)).toEqual(before);
  });

  it('refuses a number that is none', () => {
    expect(() => splitHeldBack(names, { seed: 1, count: -1 })).toThrow(
      'data: expected a number of held-back images of at least 0, received -1. ' +
        '0 trains on all of them.',
    );
  });
});

it('orders images by seed and name alone', () => {
  const order = seededOrder(names, 3);
  expect(sorted(order)).toEqual(names.map((_, at) => at));
  expect([...order]).not.toEqual(sorted(order));
  const some = names.filter((_, at) => at % 2 === 0);
  const inSome = [...seededOrder(some, 3)].map((at) => some[at]);
  expect(inSome).toEqual([...order].map((at) => names[at]).filter((name) => some.includes(name!)));
});
