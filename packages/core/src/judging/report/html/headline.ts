import { formatDuration } from '../../../base/console/format.ts';
import type { MetricsRecord } from '../../../training/run/index.ts';
import { html, type SafeHtml } from './html.ts';
import { nameInWords, numberText, timeText } from '../../../base/console/numberText.ts';
import type { RunContent } from './readRun.ts';
import type { RunState } from './runState.ts';

const stateWords: Readonly<Record<RunState, string>> = {
  training: 'training',
  finished: 'finished',
  interrupted: 'interrupted',
  stopped: 'stopped before its end',
};

/** Which run this is, how it stands, and its most telling numbers. */
export function headline({ facts, name, state, step, records }: RunContent): SafeHtml {
  // Lines of one step alone have no losses.
  const last = Object.assign({}, ...records) as Partial<MetricsRecord>;
  const { epoch, seconds } = last;
  const images = records.map(({ imagesPerSecond = NaN }) => imagesPerSecond);
  const tiles: [string, string][] = [
    ['steps', numberText(step)],
    ...tile('epochs', epoch, numberText),
    ...tile('training time', seconds, formatDuration),
    ...tile('images/s', median(images), numberText),
    ...Object.entries(last)
      .filter(([key]) => /(^kid\b|Loss$)/.test(key))
      .slice(0, 4)
      .flatMap(([key, value]) => tile(nameInWords(key), value, numberText)),
  ];
  return html`<header>
    <p class="app">${facts.app} <small>${facts.version}</small></p>
    <h1>${name}</h1>
    <p class="badges">
      <span class="badge ${state}">${stateWords[state]}</span>
      ${facts.preset !== null && html`<span class="badge">preset ${facts.preset}</span>`}
      <span class="quiet">started ${timeText(new Date(facts.createdAt))}</span>
    </p>
    <dl class="tiles">
      ${tiles.map(
        ([label, value]) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </header>`;
}

const tile = (
  label: string,
  value: number | undefined,
  show: (value: number) => string,
): [string, string][] => (value === undefined || Number.isNaN(value) ? [] : [[label, show(value)]]);

function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
