import { writeFileAtomically } from '../../../base/files/index.ts';
import { type RunFolder } from '../../../training/run/index.ts';
import { configRows, type OptionSource } from './configRows.ts';
import { headline } from './headline.ts';
import { html, trustedHtml, type SafeHtml } from './html.ts';
import { timeText } from '../../../base/console/numberText.ts';
import { plotFigure } from './plotFigure.ts';
import { groupPlots, type NamedPlot } from './plotGroups.ts';
import { progressSections, samplesFigures } from './progressSections.ts';
import { readRun, type RunContent, type RunReading } from './readRun.ts';
import { createSampleReader } from './sampleFrames.ts';
import { script } from './script.ts';
import { checkpointsSection, configSection, findingsSection, machineSection } from './sections.ts';
import { style } from './style.ts';

/** Options of {@link writeReport}; without them the page is made from the run's files alone. */
export interface RunReportOptions extends RunReading {
  /** The app's options, to mark those that were changed. */
  readonly source?: OptionSource | undefined;
  /** The app's plots; metrics that no plot names are grouped by their names. */
  readonly plots?: readonly NamedPlot[] | undefined;
  /** Absolute path of the page; default `report.html` in the run folder. */
  readonly out?: string | undefined;
  /** When the page is made; default now. */
  readonly now?: Date | undefined;
}

/** Writes the page of a run again and again; pictures that were encoded once are kept. */
export interface ReportWriter {
  /**
   * Writes the page as the run's files are now; returns its path.
   *
   * @throws UserError when the run cannot be read or the page not written
   */
  write(options?: RunReportOptions): Promise<string>;
}

/** Makes a {@link ReportWriter}. */
export function createReportWriter(run: RunFolder): ReportWriter {
  const samples = createSampleReader();
  return {
    write: async (options = {}) => {
      const content = await readRun(run, samples, options);
      const path = options.out ?? run.file('report.html');
      await writeFileAtomically(path, await reportPage(content, options), 'the report');
      return path;
    },
  };
}

/**
 * Writes one page about a run that opens without a server and without a network: how it stands,
 * the doctor's findings, grids over time, plots, checkpoints, options and the machine.
 *
 * @returns the path of the page
 * @throws UserError when there is no run, its metrics are damaged, or the page cannot be written
 */
export const writeReport = (run: RunFolder, options: RunReportOptions = {}): Promise<string> =>
  createReportWriter(run).write(options);

/** The page may show its own pictures and run its own script, and ask no one for anything. */
const policy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

async function reportPage(content: RunContent, options: RunReportOptions): Promise<string> {
  const { facts, name, records, findings, samples } = content;
  const { source, plots = [], now = new Date() } = options;
  const figures: { isDoctors: boolean; figure: SafeHtml }[] = [];
  for (const group of groupPlots(records, plots)) {
    figures.push({ isDoctors: group.isDoctors, figure: await plotFigure(records, group) });
  }
  const figuresOf = (ofDoctor: boolean): SafeHtml[] =>
    figures.flatMap(({ isDoctors, figure }) => (isDoctors === ofDoctor ? [figure] : []));
  const rows = configRows(facts.config, facts.preset, source);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>${facts.app}: ${name}</title>
        <style>
          ${trustedHtml(style)}
        </style>
      </head>
      <body>
        ${headline(content)} ${findingsSection(findings)}
        ${progressSections(samplesFigures(facts.app, samples), figuresOf(false), figuresOf(true))}
        ${checkpointsSection(content)} ${configSection(rows, facts)}
        ${machineSection(facts.machine)}
        <footer>Written ${timeText(now)} from the files of the run folder.</footer>
        <script>
          ${trustedHtml(script)};
        </script>
      </body>
    </html>`;
  return `${page.safeHtml.replace(/^ +| +$/gm, '')}\n`;
}
