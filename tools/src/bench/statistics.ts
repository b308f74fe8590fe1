/** The middle value, or the mean of the two middle ones; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(half)]!;
  return (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Ratios of paired measurements: median, smallest, largest. */
export interface RatioSummary {
  readonly median: number;
  readonly smallest: number;
  readonly largest: number;
}

/**
 * Summarises ours / theirs round by round: what disturbs a machine for longer than a round disturbs
 * both sides of its ratio.
 *
 * @throws Error when the sides have different numbers of rounds, or none
 */
export function summariseRatios(ours: readonly number[], theirs: readonly number[]): RatioSummary {
  if (ours.length !== theirs.length || ours.length === 0) {
    throw new Error(
      `summariseRatios: expected as many rounds on both sides, received ${ours.length} and ${theirs.length}`,
    );
  }
  const ratios = ours.map((value, round) => value / theirs[round]!);
  return { median: median(ratios), smallest: Math.min(...ratios), largest: Math.max(...ratios) };
}
