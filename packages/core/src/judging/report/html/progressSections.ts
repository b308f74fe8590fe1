import { html, type SafeHtml } from './html.ts';
import { nameInWords, numberText } from '../../../base/console/numberText.ts';
import type { SampleSeries } from './sampleFrames.ts';

/** Plots as high as a square grid. */
const PLOTS_BESIDE = 2;

/** The grids over time, each with a slider to walk through them. */
export const samplesFigures = (app: string, series: readonly SampleSeries[]): SafeHtml[] =>
  series.map((one, index) => samplesFigure(app, one, index));

/**
 * Pictures and plots. A single series of grids has the first plots beside it; several have a
 * section of their own.
 */
export function progressSections(
  samples: readonly SafeHtml[],
  plots: readonly SafeHtml[],
  doctorPlots: readonly SafeHtml[],
): SafeHtml {
  const isSingle = samples.length === 1;
  const beside = isSingle ? plots.slice(0, PLOTS_BESIDE) : [];
  const rest = plots.slice(beside.length);
  return html`
    ${
      samples.length > 0 &&
      html`<section>
        <h2>Progress</h2>
        <div class="columns">
          ${samples} ${isSingle && html`<div class="stack">${beside}</div>`}
        </div>
      </section>`
    }
    ${
      rest.length + doctorPlots.length > 0 &&
      html`<section>
        <h2>${beside.length > 0 ? 'More metrics' : 'Metrics'}</h2>
        <div class="columns">${rest}</div>
        ${
          doctorPlots.length > 0 &&
          html`<details>
            <summary>What the doctor measures</summary>
            <div class="columns">${doctorPlots}</div>
          </details>`
        }
      </section>`
    }
  `;
}

function samplesFigure(app: string, { label, frames, columns }: SampleSeries, index: number) {
  const last = frames.length - 1;
  const name = label ?? 'Samples';
  return html`<figure class="card frames">
    <figcaption>
      <h3>${name}</h3>
      ${columns.length > 1 && html`<p>from left: ${columns.map(nameInWords).join(', ')}</p>`}
      <output>step ${numberText(frames[last]!.step)}</output>
    </figcaption>
    ${frames.map(
      ({ step, dataUri, width, height }, at) =>
        html`<img
          src="${dataUri}"
          width="${width}"
          height="${height}"
          data-step="${numberText(step)}"
          alt="${name} that ${app} drew at step ${numberText(step)}"
          ${at !== last && html`hidden`}
        />`,
    )}
    ${
      last > 0 &&
      html`<div class="walk">
        <button type="button" aria-label="Play">▶</button>
        <input
          type="range"
          min="0"
          max="${last}"
          value="${last}"
          aria-label="Step of ${name}"
          id="frames-${index}"
        />
      </div>`
    }
  </figure>`;
}
