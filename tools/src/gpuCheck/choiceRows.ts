import { fileURLToPath } from 'node:url';
import type { BackendName, RuntimeOptions } from '@gan-zoo/compiler';
import { formatBytes } from '@gan-zoo/core';
import { startMeasured, type ProgramCall } from '../bench/measuredProcess.ts';
import { measureRow } from '../bench/measureRow.ts';
import { median, summariseRatios } from '../bench/statistics.ts';
import { sourceOptions } from '../sourceOptions.ts';
import { checkedBackends } from './checkedBackends.ts';
import { choices, onlyCuda, unknownCudaOption, type Choice } from './choices.ts';
import { firstSentence } from './reasons.ts';
import type { PlannedRow } from './row.ts';
import { copyKind, type StepProgramOptions } from './stepProgramOptions.ts';

/** Columns of the table of choices after backend, app and choice. */
export const choiceColumns = ['now', 'instead', 'instead / now'] as const;

/** What the choices are measured with. */
export interface ChoiceOptions {
  readonly apps: readonly string[];
  readonly preset: string;
  readonly threads: number;
  readonly rounds: number;
  readonly stepsPerRound: number;
}

const kind = 'iteration';

/** All rows about choices that may be wrong on a GPU. */
export function choiceRows(options: ChoiceOptions): PlannedRow[] {
  const [app = ''] = options.apps;
  return [
    ...options.apps.map((each) => copyRow(each, options)),
    startsRow(app, 'all operators on the GPU', onlyCuda, options, ['yes', 'no']),
    startsRow(app, 'options of the provider are read', unknownCudaOption, options, ['no', 'yes']),
    ...choices.map((choice) => turnsRow(app, choice, options)),
  ];
}

/** The program with a backend's options, and with what a choice changes of them. */
function programCall(
  { preset, threads }: ChoiceOptions,
  app: string,
  backend: BackendName,
  { runtime = {}, environment = {} }: Pick<Choice, 'runtime' | 'environment'> = {},
): ProgramCall {
  const program = fileURLToPath(new URL('./stepProgram.ts', import.meta.url));
  const given: StepProgramOptions = { app, preset, runtime: { threads, ...runtime, backend } };
  const own = checkedBackends.find(({ name }) => name === backend)?.environment;
  return {
    command: process.execPath,
    words: [...sourceOptions, program, JSON.stringify(given)],
    environment: { ...own, ...environment },
  };
}

const rowOf = (backend: BackendName, app: string, title: string) =>
  ({ section: 'choices', labels: [backend, app, title], backend }) as const;

/** Times a backend as it is and with a choice changed, in turns. */
export function turnsRow(app: string, choice: Choice, options: ChoiceOptions): PlannedRow {
  const { backend, title, note = '' } = choice;
  return {
    ...rowOf(backend, app, title),
    ...{ seconds: 12, minimumSeconds: 8 },
    run: async ({ signal }) => {
      const { ours, theirs } = await measureRow({
        kind,
        rounds: options.rounds,
        stepsPerRound: options.stepsPerRound,
        ours: programCall(options, app, backend),
        theirs: programCall(options, app, backend, choice),
        signal,
      });
      const [now, instead] = [ours.times, theirs!.times];
      const { median: ratio, smallest, largest } = summariseRatios(instead, now);
      const range = `${ratio.toFixed(2)} (${smallest.toFixed(2)}–${largest.toFixed(2)})`;
      return { cells: [milliseconds(median(now)), milliseconds(median(instead)), range], note };
    },
  };
}

const milliseconds = (time: number): string => `${time.toFixed(2)} ms`;

/** Times what it costs that the state lies in ordinary memory between steps. */
export function copyRow(
  app: string,
  options: ChoiceOptions,
  backend: BackendName = 'onnx-cuda',
): PlannedRow {
  return {
    ...rowOf(backend, app, "state in the processor's memory → on the GPU"),
    ...{ seconds: 6, minimumSeconds: 5 },
    run: async ({ signal }) => {
      const side = await startMeasured(programCall(options, app, backend), signal);
      try {
        await side.prepare(copyKind);
        const time = await side.run(options.rounds * options.stepsPerRound);
        const bytes = Number(side.hello.config['stateBytes']);
        return {
          cells: [`${milliseconds(time)} of copying`, 'not implemented', '–'],
          note:
            `${formatBytes(bytes)} there and back with one product per number, ` +
            `${formatBytes((2 * bytes) / (time / 1000))}/s`,
        };
      } finally {
        await side.close();
      }
    },
  };
}

/** Whether a session starts with certain options. */
function startsRow(
  app: string,
  title: string,
  runtime: RuntimeOptions,
  options: ChoiceOptions,
  [started, refused]: readonly [string, string],
): PlannedRow {
  return {
    ...rowOf('onnx-cuda', app, title),
    ...{ seconds: 6, minimumSeconds: 5 },
    run: async ({ signal }) => {
      try {
        const side = await startMeasured(
          programCall(options, app, 'onnx-cuda', { runtime }),
          signal,
        );
        try {
          await side.prepare(kind);
        } finally {
          await side.close();
        }
        return { cells: [started, '–', '–'] };
      } catch (error) {
        if (signal.aborted) throw error;
        return { cells: [refused, '–', '–'], note: firstSentence((error as Error).message) };
      }
    },
  };
}
