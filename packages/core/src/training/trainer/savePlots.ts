import { savePlot } from '../../data/images/index.ts';
import { readMetrics, type RunFolder } from '../run/index.ts';
import type { MetricsPlot } from '../../gan/definition/definition.ts';

/** Draws a run's metrics so far, one PNG per plot; returns their paths. */
export async function savePlots(run: RunFolder, plots: readonly MetricsPlot[]): Promise<string[]> {
  const { records } = await readMetrics(run.metrics);
  const paths: string[] = [];
  for (const { name, title, yLabel, metrics } of plots) {
    const series = metrics.flatMap((metric) => {
      const logged = records.filter((record) => record[metric] !== undefined);
      if (logged.length === 0) return [];
      return [
        {
          name: metric,
          x: logged.map(({ step }) => step),
          y: logged.map((record) => record[metric]!),
        },
      ];
    });
    if (series.length === 0) continue;
    const path = run.file(`${name}.png`);
    await savePlot(path, series, { title, yLabel });
    paths.push(path);
  }
  return paths;
}
