/** Sum and count of a metric. */
export type MetricSum = [sum: number, count: number];

/** Averages the metrics of the steps since it was last read. */
export interface MetricsMeter {
  add(metrics: Readonly<Record<string, number>>): void;
  /** The mean of every metric over the steps that reported it; starts anew. */
  take(): Record<string, number>;
  /** What has gathered so far, to go on from in another meter. */
  pending(): Record<string, MetricSum>;
}

/**
 * Makes a {@link MetricsMeter}; metrics that only some steps report are averaged over those.
 *
 * @param pending what another meter had gathered; default nothing
 */
export function createMetricsMeter(
  pending: Readonly<Record<string, MetricSum>> = {},
): MetricsMeter {
  const sums = new Map(Object.entries(pending));
  return {
    add: (metrics) => {
      for (const [name, value] of Object.entries(metrics)) {
        const [sum, count] = sums.get(name) ?? [0, 0];
        sums.set(name, [sum + value, count + 1]);
      }
    },
    take: () => {
      const means = [...sums].map(([name, [sum, count]]) => [name, sum / count] as const);
      sums.clear();
      return Object.fromEntries(means.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
    pending: () => Object.fromEntries(sums),
  };
}
