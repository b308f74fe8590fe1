/** Something that was judged. */
export interface Scored {
  /** Higher is better. */
  readonly score: number;
  /** Its number among all that were drawn; decides between equal scores. */
  readonly index: number;
}

/**
 * Merges newcomers into the best so far.
 *
 * @param best the best so far, in order
 * @param newcomers in any order
 * @param count how many to keep
 * @returns at most `count`, the best first; of equal scores the one that was drawn first
 */
export function keepBest<Item extends Scored>(
  best: readonly Item[],
  newcomers: readonly Item[],
  count: number,
): Item[] {
  return [...best, ...newcomers]
    .sort((left, right) => right.score - left.score || left.index - right.index)
    .slice(0, count);
}
