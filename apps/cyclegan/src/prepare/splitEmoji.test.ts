import { describe, expect, it } from 'vitest';
import { joinGroups, splitEmoji } from './splitEmoji.ts';

const singles = Array.from({ length: 80 }, (_, at) => [`single-${at}`]);
const pairs = Array.from({ length: 30 }, (_, at) => [`man-${at}`, `woman-${at}`]);
const clocks = [Array.from({ length: 24 }, (_, at) => `clock-${at}`)];
const groups = [...singles, ...pairs, ...clocks];

describe('splitEmoji', () => {
  it('puts every emoji on one side, and groups together', () => {
    const { trainA, trainB, test } = splitEmoji(groups, { seed: 0, testCount: 20 });
    expect([...trainA, ...trainB, ...test].sort()).toEqual(groups.flat().sort());
    for (const group of groups) {
      const sides = [trainA, trainB, test].filter((side) => side.includes(group[0]!));
      expect(sides).toHaveLength(1);
      for (const name of group) expect(sides[0]).toContain(name);
    }
    expect(test).toHaveLength(20);
    expect(Math.abs(trainA.length - trainB.length)).toBeLessThanOrEqual(24);
  });

  it('follows from the seed, not from the order of the groups', () => {
    const split = splitEmoji(groups, { seed: 0, testCount: 20 });
    const reversed = [...groups].reverse().map((group) => [...group].reverse());
    expect(splitEmoji(reversed, { seed: 0, testCount: 20 })).toEqual(split);
    expect(splitEmoji(groups, { seed: 1, testCount: 20 }).test).not.toEqual(split.test);
  });

  it('keeps large groups out of the test, whatever the seed', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { test } = splitEmoji(groups, { seed, testCount: 50 });
      expect(test).toHaveLength(50);
      expect(test.some((name) => name.startsWith('clock'))).toBe(false);
    }
  });
});

it('joins groups that share a member', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const joined = joinGroups(names, [['a', 'b'], ['c'], ['d', 'e'], ['b', 'd']]);
  expect(joined).toEqual([['a', 'b', 'd', 'e'], ['c'], ['f']]);
});
