import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A file of a run that belongs to a step. */
export interface StepFile {
  readonly step: number;
  readonly path: string;
}

/** The files of one training run, as absolute paths. */
export interface RunFolder {
  readonly path: string;
  /** `config.json`: the resolved configuration and the machine. */
  readonly config: string;
  /** `metrics.jsonl`: one line per logged step. */
  readonly metrics: string;
  /** `samples/`: image grids. */
  readonly samples: string;
  /** `checkpoints/` */
  readonly checkpoints: string;
  /** `checkpoints/best.safetensors`: the best checkpoint by a metric, where there is one. */
  readonly bestCheckpoint: string;
  /** `lock`: names the process that writes the run. */
  readonly lock: string;
  /** The checkpoint that the user named instead of the whole folder, if any. */
  readonly selectedCheckpoint: StepFile | undefined;
  /** Any other file of the run, such as `losses.png`. */
  readonly file: (name: string) => string;
  /** The grid of a step: `samples/step-0000100.png`, or `…-a-to-b.png` with a label. */
  readonly sample: (step: number, label?: string) => string;
  /** The checkpoint of a step: `checkpoints/step-0000100.safetensors`. */
  readonly checkpoint: (step: number) => string;
  /** Grids that exist, by ascending step; with a label only those of that label. */
  readonly listSamples: (label?: string) => StepFile[];
  /** Checkpoints that exist, by ascending step. */
  readonly listCheckpoints: () => StepFile[];
  /** The checkpoint with the highest step, if there is one. */
  readonly latestCheckpoint: () => StepFile | undefined;
}

const checkpointPattern = /^step-(\d+)\.safetensors$/;
const bestName = 'best.safetensors';
const samplePattern = /^step-(\d+)(?:-(.+))?\.png$/;

/**
 * Names the files of a run; touches nothing on disk.
 *
 * @param path absolute path of the run folder
 * @param selectedCheckpoint step of the checkpoint that the user asked for
 */
export function runFolderAt(path: string, selectedCheckpoint?: number): RunFolder {
  const samples = join(path, 'samples');
  const checkpoints = join(path, 'checkpoints');
  const checkpoint = (step: number) => join(checkpoints, `${stepName(step)}.safetensors`);
  const listCheckpoints = () => listSteps(checkpoints, (name) => checkpointStep(name));
  return {
    path,
    config: join(path, 'config.json'),
    metrics: join(path, 'metrics.jsonl'),
    samples,
    checkpoints,
    bestCheckpoint: join(checkpoints, bestName),
    lock: join(path, 'lock'),
    selectedCheckpoint:
      selectedCheckpoint === undefined
        ? undefined
        : { step: selectedCheckpoint, path: checkpoint(selectedCheckpoint) },
    file: (name) => join(path, name),
    sample: (step, label) => join(samples, `${stepName(step)}${label ? `-${label}` : ''}.png`),
    checkpoint,
    listSamples: (label) => listSteps(samples, (name) => sampleStep(name, label)),
    listCheckpoints,
    latestCheckpoint: () => listCheckpoints().at(-1),
  };
}

/** The step in the name of a checkpoint file, or undefined for any other name. */
export function checkpointStep(path: string): number | undefined {
  const digits = checkpointPattern.exec(basename(path))?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function sampleStep(name: string, label: string | undefined): number | undefined {
  const match = samplePattern.exec(name);
  return match === null || match[2] !== label ? undefined : Number(match[1]);
}

/** Seven digits, so that names sort like steps in every file manager; more where needed. */
const stepName = (step: number): string => `step-${String(step).padStart(7, '0')}`;

function listSteps(folder: string, stepOf: (name: string) => number | undefined): StepFile[] {
  return namesIn(folder)
    .flatMap((name) => {
      const step = stepOf(name);
      return step === undefined ? [] : [{ step, path: join(folder, name) }];
    })
    .sort((a, b) => a.step - b.step);
}

/** Names in a folder; a folder that is not there has none. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
