import cliProgress from 'cli-progress';

import { formatDuration, formatRate } from './format.ts';
import { createRateMeter } from './rateMeter.ts';

/** Where text goes: a stream of Node, or a collector in tests. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal in characters. */
  readonly columns?: number | undefined;
}

/** Options of {@link createProgress}. */
export interface ProgressOptions {
  /** What is going on: `Training`. */
  readonly label: string;
  /** How many units there are; without it only the count and the rate are shown. */
  readonly total?: number | undefined;
  /** What is counted, plural: `images`, `steps`. */
  readonly unit: string;
  /** Units that were done before, such as the steps of a resumed run; default 0. */
  readonly initial?: number;
  /** Default `process.stderr`. */
  readonly stream?: OutputStream;
  /** Where NO_COLOR and TERM are looked up; default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Progress on display. */
export interface Progress {
  /** Shows that `done` units are finished, with free text such as losses. */
  readonly update: (done: number, extraText?: string) => void;
  /** Prints a line that stays, above the live line. */
  readonly log: (line: string) => void;
  /** Shows the last state and gives the terminal back. Further calls do nothing but `log`. */
  readonly stop: () => void;
}

const plainEverySeconds = 60;
/** The widest that leaves room for the words; without a bar when nothing does. */
const barWidths = [24, 10];

/**
 * Shows progress: on a terminal one live line with count, rate, time left and extra text,
 * behind a bar where there is room; elsewhere (a file, a pipe, NO_COLOR, TERM=dumb) a plain line at every tenth and at least every
 * 60 s. FORCE_COLOR does not count, because Nx sets it even for pipes.
 */
export function createProgress(options: ProgressOptions): Progress {
  const { stream = process.stderr, env = process.env } = options;
  const state = createState(options);
  const live = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return live ? showLive(state, stream) : showPlain(state, stream);
}

interface State {
  readonly options: ProgressOptions;
  readonly done: number;
  /** 0 … 1, or undefined without a total. */
  readonly fraction: number | undefined;
  update(done: number, extraText: string): void;
  /** Count, rate, time left (or time taken when complete) and extra text. */
  summary(): string;
}

function createState(options: ProgressOptions): State {
  const { total, unit, initial = 0 } = options;
  const now = () => performance.now() / 1000;
  const start = now();
  const meter = createRateMeter(initial, start);
  let done = initial;
  let extraText = '';
  return {
    options,
    get done() {
      return done;
    },
    get fraction() {
      return total === undefined ? undefined : fractionOf(done, total);
    },
    update(nowDone, nowExtraText) {
      done = nowDone;
      extraText = nowExtraText;
      meter.update(done, now());
    },
    summary() {
      const complete = total !== undefined && done >= total;
      const rate = complete ? (done - initial) / (now() - start) : meter.rate();
      const parts = [total === undefined ? `${done} ${unit}` : `${done}/${total} ${unit}`];
      if (rate > 0 && Number.isFinite(rate)) parts.push(formatRate(rate, unit));
      if (complete) parts.push(`took ${formatDuration(now() - start)}`);
      else if (total !== undefined && rate > 0) {
        parts.push(`${formatDuration((total - done) / rate)} left`);
      }
      if (extraText !== '') parts.push(extraText);
      return parts.join(', ');
    },
  };
}

const fractionOf = (done: number, total: number): number =>
  total <= 0 ? 1 : Math.min(1, Math.max(0, done / total));

function showLive(state: State, stream: OutputStream): Progress {
  const { label, total } = state.options;
  const bars = new cliProgress.MultiBar({
    stream: stream as NodeJS.WritableStream,
    format: () => liveLine(state, stream.columns ?? Infinity),
    fps: 5,
    // Lines logged above the bar may be longer than the terminal is wide.
    linewrap: true,
    forceRedraw: true,
    gracefulExit: false,
  });
  bars.create(total ?? 0, state.done, { label });
  bars.update();
  let stopped = false;
  return {
    update(done, extraText = '') {
      if (!stopped) state.update(done, extraText);
    },
    log(line) {
      if (stopped) return void stream.write(`${line}\n`);
      bars.log(`${line}\n`);
      bars.update();
    },
    stop() {
      if (stopped) return;
      stopped = true;
      bars.stop();
    },
  };
}

function liveLine(state: State, columns: number): string {
  const { fraction, options } = state;
  const summary = state.summary();
  if (fraction === undefined) return `${options.label} ${summary}`;
  const lines = barWidths.map((width) => {
    const filled = Math.round(fraction * width);
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
    return `${options.label} ${bar} ${percent(fraction)} ${summary}`;
  });
  return (
    lines.find((line) => line.length <= columns) ??
    `${options.label} ${percent(fraction)} ${summary}`
  );
}

function showPlain(state: State, stream: OutputStream): Progress {
  const { label } = state.options;
  let shownTenth = tenthOf(state.fraction);
  let shownDone = state.done;
  let stopped = false;
  const show = () => {
    const { fraction } = state;
    const share = fraction === undefined ? '' : `${percent(fraction)}, `;
    stream.write(`${label}: ${share}${state.summary()}\n`);
    shownTenth = tenthOf(fraction);
    shownDone = state.done;
    timer.refresh();
  };
  const timer = setInterval(show, plainEverySeconds * 1000).unref();
  return {
    update(done, extraText = '') {
      if (stopped) return;
      state.update(done, extraText);
      if (tenthOf(state.fraction) > shownTenth) show();
    },
    log: (line) => void stream.write(`${line}\n`),
    stop() {
      if (stopped) return;
      stopped = true;
      clearInterval(timer);
      if (state.done !== shownDone) show();
      clearInterval(timer);
    },
  };
}

const percent = (fraction: number): string => `${Math.floor(fraction * 100)} %`;

/** Small slack, since .3 · 10 may be 2.9999… */
const tenthOf = (fraction: number | undefined): number =>
  fraction === undefined ? 0 : Math.floor(fraction * 10 + 1e-9);
