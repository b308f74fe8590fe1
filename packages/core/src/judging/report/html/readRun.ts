import { existsSync, statSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';

import type { Finding } from '../../doctor/finding.ts';
import { findingsPath, readFindings } from '../../doctor/findingsFile.ts';
import {
  readMetrics,
  readRunConfig,
  type MetricsRecord,
  type RunConfig,
  type RunFolder,
} from '../../../training/run/index.ts';
import { loadCheckpointMetadata } from '../../../model/weights/index.ts';
import { runStateOf, type RunState } from './runState.ts';
import type { SampleReader, SampleSeries } from './sampleFrames.ts';

/** A checkpoint that is there. */
export interface KeptCheckpoint {
  readonly step: number;
  /** Name of the file in `checkpoints/`. */
  readonly file: string;
  readonly bytes: number;
  readonly savedAt: Date;
  readonly isBest: boolean;
}

/** Something to do with a run, as a user types it. */
export interface RunCommand {
  /** `Train on`. */
  readonly what: string;
  readonly command: string;
}

/** All that the page shows, except drawings. */
export interface RunContent {
  readonly facts: RunConfig;
  /** The folder's name. */
  readonly name: string;
  readonly state: RunState;
  /** The highest step that left a trace. */
  readonly step: number;
  readonly records: readonly MetricsRecord[];
  /** The doctor's; undefined when nobody looked. */
  readonly findings: readonly Finding[] | undefined;
  readonly samples: readonly SampleSeries[];
  readonly checkpoints: readonly KeptCheckpoint[];
  readonly commands: readonly RunCommand[];
}

/** What the files of a run do not say. */
export interface RunReading {
  /** How the run stands; default: what its files say. */
  readonly state?: RunState | undefined;
  /** Absolute folder that the commands in the page start from; default that of the training. */
  readonly workingFolder?: string | undefined;
  /** Names of the app's commands that use a trained network, with their options after `--run`. */
  readonly uses?: readonly string[] | undefined;
  /** What stands in a grid's columns, by label; `''` is the one without. */
  readonly columns?: Readonly<Record<string, readonly string[]>> | undefined;
}

/**
 * Reads a run folder for its page.
 *
 * @throws UserError when there is no run, or its metrics are damaged
 */
export async function readRun(
  run: RunFolder,
  samples: SampleReader,
  { state, workingFolder, uses = [], columns = {} }: RunReading,
): Promise<RunContent> {
  const facts = await readRunConfig(run);
  const { records } = await readMetrics(run.metrics);
  const findings = existsSync(findingsPath(run)) ? await readFindings(run) : undefined;
  const checkpoints = await keptCheckpoints(run);
  const series = await samples.read(run);
  const last = records.at(-1);
  const steps = [last?.step, checkpoints.at(-1)?.step, series[0]?.frames.at(-1)?.step];
  const place = shellWord(placeOf(run.path, workingFolder ?? facts.workingFolder ?? process.cwd()));
  const command = (verb: string): string => `npx nx run ${facts.app}:${verb}`;
  return {
    ...{ facts, name: basename(run.path), records, findings, checkpoints },
    samples: series.map((one) => ({ ...one, columns: columns[one.label ?? ''] ?? [] })),
    state: state ?? runStateOf(run, facts.config, last),
    step: Math.max(0, ...steps.filter((step) => step !== undefined)),
    commands: [
      { what: 'Train on', command: `${command('train')} -- --resume ${place}` },
      ...uses.map((use) => {
        const [verb = '', ...rest] = use.split(' ');
        const what = verb.charAt(0).toUpperCase() + verb.slice(1);
        return { what, command: [`${command(verb)} -- --run ${place}`, ...rest].join(' ') };
      }),
    ],
  };
}

async function keptCheckpoints(run: RunFolder): Promise<KeptCheckpoint[]> {
  const best = await bestStep(run);
  const files = run.listCheckpoints();
  // The best one stays under its own name when the checkpoint of its step has gone.
  if (best !== undefined && files.every(({ step }) => step !== best)) {
    files.push({ step: best, path: run.bestCheckpoint });
  }
  return files.flatMap(({ step, path }) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return [];
    const kept = { step, file: basename(path), bytes: found.size, savedAt: found.mtime };
    return [{ ...kept, isBest: step === best }];
  });
}

/** The step of the best checkpoint, where there is one that can be read. */
async function bestStep(run: RunFolder): Promise<number | undefined> {
  if (!existsSync(run.bestCheckpoint)) return undefined;
  const metadata = await loadCheckpointMetadata(run.bestCheckpoint).catch(() => undefined);
  return metadata?.step;
}

/** The shortest way to name a folder that is below the user's. */
function placeOf(path: string, workingFolder: string): string {
  const way = relative(resolve(workingFolder), path);
  return way === '' || way.startsWith('..') ? path : way;
}

/** Quoted where a shell would take it apart. */
const shellWord = (text: string): string =>
  /^[\w./:@~-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
