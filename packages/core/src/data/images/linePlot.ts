import { extname } from 'node:path';
import sharp from 'sharp';
import { UserError } from '@gan-zoo/compiler';
import { writePicture } from './writePicture.ts';
import type { PlotOptions } from './plotOptions.ts';
import type { PlotSeries } from './plotPoints.ts';

/**
 * Loads the charting library ahead of the first plot. An interrupted program can then still draw:
 * a terminal sends Ctrl-C to the loader's helpers too, after which nothing more can be loaded.
 */
export async function loadPlotting(): Promise<void> {
  await import('./renderPlot.ts');
}

/**
 * Draws lines over a common axis, such as losses over steps. Of a line with many points every
 * detail is drawn pale and its running mean strong.
 *
 * @returns an SVG document; equal for equal series and options
 */
export async function linePlot(
  series: readonly PlotSeries[],
  options: PlotOptions = {},
): Promise<string> {
  // The charting library takes a third of a second to load: only for those who draw.
  const { renderPlot } = await import('./renderPlot.ts');
  return renderPlot(series, options);
}

/**
 * Writes a plot as a file, by its extension `.svg` or `.png` (drawn at twice its size).
 *
 * @throws UserError for another extension, or when the place cannot be written to
 */
export async function savePlot(
  path: string,
  series: readonly PlotSeries[],
  options: PlotOptions = {},
): Promise<void> {
  const extension = extname(path).toLowerCase();
  if (extension !== '.svg' && extension !== '.png') {
    throw new UserError(
      `savePlot: expected a file name that ends in .svg or .png, received "${path}".`,
    );
  }
  const svg = await linePlot(series, options);
  const isPng = extension === '.png';
  const content = isPng ? await sharp(Buffer.from(svg), { density: 144 }).png().toBuffer() : svg;
  await writePicture(path, content);
}
