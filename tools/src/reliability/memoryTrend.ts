import { UserError } from '@gan-zoo/core';

/** What a process held at a moment. */
export interface MemorySample {
  readonly seconds: number;
  /** Bytes: all of the process, and what JavaScript uses. */
  readonly rss: number;
  readonly heapUsed: number;
}

/** How memory changed. */
export interface MemoryTrend {
  /** Bytes: the most in the first half of the time, and in the second. */
  readonly from: number;
  readonly to: number;
  /** Bytes per second. */
  readonly slope: number;
}

/**
 * Compares the most memory of the second half of the time with that of the first. What a process
 * holds goes up and down by what a collection or an allocator gives back and when; a leak makes it
 * climb above what it has reached before.
 *
 * @param part which figure
 * @throws UserError when there are too few samples
 */
export function memoryTrend(
  samples: readonly MemorySample[],
  part: 'rss' | 'heapUsed',
): MemoryTrend {
  if (samples.length < 4) {
    throw new UserError(
      `soak: expected at least 4 samples, received ${samples.length}. Take more --steps.`,
    );
  }
  const half = Math.floor(samples.length / 2);
  const most = (some: readonly MemorySample[]): number =>
    Math.max(...some.map((sample) => sample[part]));
  const [from, to] = [most(samples.slice(0, half)), most(samples.slice(half))];
  return { from, to, slope: (to - from) / (samples.at(-1)!.seconds - samples[half]!.seconds) };
}
