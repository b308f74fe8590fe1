import { UserError } from '@gan-zoo/core';

/** What a process held at a moment. */
export interface MemorySample {
  readonly seconds: number;
  /** Bytes: all of the process, and what JavaScript uses. */
  readonly rss: number;
  readonly heapUsed: number;
}

/** How memory changed after a start. */
export interface MemoryTrend {
  /** Bytes at both ends of the line through the samples. */
  readonly from: number;
  readonly to: number;
  /** Bytes per second. */
  readonly slope: number;
}

/**
 * Fits a line through samples by least squares, without the start in which caches fill.
 *
 * @param part which figure
 * @param skip share of the samples that is the start; default a fifth
 * @throws UserError when too few samples are left
 */
export function memoryTrend(
  samples: readonly MemorySample[],
  part: 'rss' | 'heapUsed',
  skip = 0.2,
): MemoryTrend {
  const used = samples.slice(Math.floor(samples.length * skip));
  if (used.length < 3) {
    throw new UserError(
      `soak: expected at least 3 samples after the start, received ${used.length}. Take more --steps.`,
    );
  }
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const time = mean(used.map(({ seconds }) => seconds));
  const level = mean(used.map((sample) => sample[part]));
  const covariance = mean(used.map((each) => (each.seconds - time) * (each[part] - level)));
  const variance = mean(used.map(({ seconds }) => (seconds - time) ** 2));
  const slope = covariance / variance;
  const at = (seconds: number): number => level + slope * (seconds - time);
  return { from: at(used[0]!.seconds), to: at(used.at(-1)!.seconds), slope };
}
