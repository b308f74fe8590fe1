/** Averages the metrics of the steps since it was last read. */
export interface MetricsMeter {
  add(metrics: Readonly<Record<string, number>>): void;
  /** The mean of every metric over the steps that reported it; starts anew. */
  take(): Record<string, number>;
}

/** Makes a {@link MetricsMeter}; metrics that only some steps report are averaged over those. */
export function createMetricsMeter(): MetricsMeter {
  const sums = new Map<string, { sum: number; count: number }>();
  return {
    add: (metrics) => {
      for (const [name, value] of Object.entries(metrics)) {
        const { sum, count } = sums.get(name) ?? { sum: 0, count: 0 };
        sums.set(name, { sum: sum + value, count: count + 1 });
      }
    },
    take: () => {
      const means = [...sums].map(([name, { sum, count }]) => [name, sum / count] as const);
      sums.clear();
      return Object.fromEntries(means.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}

/** Losses on one line: `discriminatorLoss 1.234, generatorLoss 0.9`. */
export const formatMetrics = (metrics: Readonly<Record<string, number>>): string =>
  Object.entries(metrics)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join(', ');
