import { seededOrder } from '@gan-zoo/core';

/** Emoji by what they are for; no emoji is in two of them. */
export interface EmojiSplit {
  /** Seen in training as flat drawings only. */
  readonly trainA: readonly string[];
  /** Seen in training in 3D only. */
  readonly trainB: readonly string[];
  /** Never seen in training; both styles of each are known. */
  readonly test: readonly string[];
}

/** Larger groups than this part of the test pictures stay in training: variety measures better. */
const LARGEST_TEST_GROUP = 0.2;

/**
 * Splits emoji so that training is truly unpaired and tests are fair: everything in a group stays
 * on one side. The groups come in an order of the seed; the first ones that fit are for tests, the
 * others go where fewer are.
 *
 * @param groups names that look much alike; each name in one group
 * @param testCount emoji to hold back
 */
export function splitEmoji(
  groups: readonly (readonly string[])[],
  { seed, testCount }: { readonly seed: number; readonly testCount: number },
): EmojiSplit {
  const sorted = groups.map((group) => [...group].sort());
  const order = seededOrder(
    sorted.map((group) => group[0]!),
    seed,
  );
  const largest = Math.max(1, Math.floor(LARGEST_TEST_GROUP * testCount));
  const split = { trainA: [] as string[], trainB: [] as string[], test: [] as string[] };
  for (const at of order) {
    const group = sorted[at]!;
    const fitsTest = group.length <= largest && split.test.length + group.length <= testCount;
    const smaller = split.trainA.length <= split.trainB.length ? split.trainA : split.trainB;
    (fitsTest ? split.test : smaller).push(...group);
  }
  return { trainA: split.trainA.sort(), trainB: split.trainB.sort(), test: split.test.sort() };
}

/**
 * Joins groups that share a member, and members that belong to no group stand alone.
 *
 * @param names everything to be grouped
 * @param groups any groups of them, overlapping or not
 */
export function joinGroups(
  names: readonly string[],
  groups: readonly (readonly string[])[],
): string[][] {
  const heads = new Map(names.map((name) => [name, name]));
  const headOf = (name: string): string => {
    let head = name;
    while (heads.get(head) !== head) head = heads.get(head)!;
    return head;
  };
  for (const [first, ...others] of groups) {
    for (const other of others) heads.set(headOf(other), headOf(first!));
  }
  const joined = new Map<string, string[]>();
  for (const name of names) {
    const head = headOf(name);
    joined.set(head, [...(joined.get(head) ?? []), name]);
  }
  return [...joined.values()];
}
