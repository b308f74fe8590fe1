import { linePlot } from '../../../data/images/index.ts';
import type { MetricsRecord } from '../../../training/run/index.ts';
import { html, scriptJson, trustedHtml, type HtmlPart, type SafeHtml } from './html.ts';
import { nameInWords, numberText } from '../../../base/console/numberText.ts';
import type { PlotGroup } from './plotGroups.ts';

/** Where the axes stand in a plot without a y label, in pixels from its edges. */
export const plotArea = { left: 64, right: 28, top: 56, bottom: 58 } as const;

/** For screens of desks and of phones: text keeps its size in both. */
const sizes = [
  { name: 'wide', width: 640, height: 340 },
  { name: 'narrow', width: 400, height: 300 },
] as const;

/** What stands above the axes is the legend's place, which the page has of its own. */
const CUT_ABOVE = plotArea.top - 12;
const CUT_BELOW = 12;

const LINE_COLOURS = 7;
/** Steps whose values can be read off under the pointer. */
const READ_OFF_POINTS = 400;

interface Line {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** A plot of some metrics over steps, with a legend that shows the last values. */
export async function plotFigure(
  records: readonly MetricsRecord[],
  { title, metrics, scale }: PlotGroup,
): Promise<SafeHtml> {
  const lines = metrics.map((metric) => lineOf(records, metric, scale));
  const label = `${title} over steps. ${lines.map(describeLine).join('; ')}.`;
  const drawings: HtmlPart[] = [];
  for (const { name, width, height } of sizes) {
    const svg = await drawing(lines, width, height, label);
    drawings.push(html`<div class="canvas ${name}">${svg}<i class="cursor" hidden></i></div>`);
  }
  return html`<figure class="card plot">
    <figcaption>
      <h3>${title}</h3>
      <output>last values</output>
      <ul class="legend">
        ${lines.map(
          ({ name, y }, index) =>
            html`<li>
              <i style="background:var(--line-${index % LINE_COLOURS})"></i
              >${scale === 1 ? nameInWords(name) : title}
              <b>${numberText(y.at(-1) ?? NaN)}</b>
            </li>`,
        )}
      </ul>
    </figcaption>
    ${drawings}
    <script type="application/json">
      ${scriptJson({ area: plotArea, lines: lines.map(readOff) })}
    </script>
  </figure>`;
}

const lineOf = (records: readonly MetricsRecord[], name: string, scale: number): Line => {
  const logged = records.filter((record) => record[name] !== undefined);
  return {
    name,
    x: logged.map(({ step }) => step),
    y: logged.map((record) => record[name]! * scale),
  };
};

function describeLine({ name, y }: Line): string {
  const finite = y.filter(Number.isFinite);
  const [first, last] = [finite[0] ?? NaN, finite.at(-1) ?? NaN];
  return `${nameInWords(name)} from ${numberText(first)} to ${numberText(last)}`;
}

/** Texts of the values under the pointer: of every point, or of one in so many. */
function readOff({ x, y }: Line): { x: number[]; y: string[] } {
  const stride = Math.ceil(x.length / READ_OFF_POINTS);
  const kept = x.map((_, index) => index).filter((index) => index % stride === 0);
  if (x.length > 0 && kept.at(-1) !== x.length - 1) kept.push(x.length - 1);
  return { x: kept.map((index) => x[index]!), y: kept.map((index) => numberText(y[index]!)) };
}

async function drawing(
  lines: readonly Line[],
  width: number,
  height: number,
  label: string,
): Promise<SafeHtml> {
  // Names make a legend; the page has its own. Colours are marks that the page's take the place of.
  const series = lines.map(({ x, y }, index) => ({ name: '', x, y, colour: markOf(index) }));
  const svg = await linePlot(series, { width, height });
  const themed = svg
    .replace(/<rect [^>]*fill="#ffffff"[^>]*><\/rect>\n?/, '')
    // Boxes of the empty title and legend.
    .replace(/<path [^>]*stroke-width="0"><\/path>\n?/g, '')
    .replace(/font-family:[^;"]*;/g, '')
    .replace(/(stroke|fill)="#([0-9a-f]{6})"/g, (_, what: string, colour: string) => {
      return `${what}="${themeColours[colour] ?? `#${colour}`}"`;
    })
    .replace(/^<svg [^>]*>|<\/svg>\s*$/g, '');
  return html`<svg
    role="img"
    aria-label="${label}"
    viewBox="0 ${CUT_ABOVE} ${width} ${height - CUT_ABOVE - CUT_BELOW}"
  >
    ${trustedHtml(themed)}
  </svg>`;
}

const markOf = (index: number): string => `#00000${(index % LINE_COLOURS) + 1}`;

/** Colours of the drawing, and the page's variables that change with a dark screen. */
const themeColours: Readonly<Record<string, string>> = {
  '333333': 'var(--ink)',
  '999999': 'var(--axis)',
  e6e6e6: 'var(--rule)',
  ...Object.fromEntries(
    Array.from({ length: LINE_COLOURS }, (_, index) => [
      markOf(index).slice(1),
      `var(--line-${index})`,
    ]),
  ),
};
