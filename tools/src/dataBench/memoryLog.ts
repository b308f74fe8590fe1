/** Memory of this process over time. */
export interface MemoryLog {
  /** Notes what is held now, in bytes. */
  note(): void;
  /** Resident memory at every note. */
  readonly bytes: readonly number[];
}

/** Starts an empty log. */
export function createMemoryLog(): MemoryLog {
  const bytes: number[] = [];
  return { bytes, note: () => void bytes.push(process.memoryUsage.rss()) };
}

/** The most that this process has held so far, in bytes. */
export const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

/**
 * How much memory grows from the second quarter of the notes to the last one, in bytes: medians of
 * both, so that a single collection of garbage does not count. The first quarter is warm-up.
 *
 * @returns 0 for fewer than four notes
 */
export function growthOf(bytes: readonly number[]): number {
  if (bytes.length < 4) return 0;
  const quarter = Math.floor(bytes.length / 4);
  return median(bytes.slice(-quarter)) - median(bytes.slice(quarter, 2 * quarter));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
