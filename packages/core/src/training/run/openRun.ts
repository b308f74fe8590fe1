import { access, constants, mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { UserError } from '@gan-zoo/compiler';

import { loadCheckpointMetadata } from '../../model/weights/checkpoint.ts';
import { explainFileError } from '../../base/files/fileErrors.ts';
import { readRunConfig } from './runConfig.ts';
import { checkpointStep, namesIn, runFolderAt } from './runFolder.ts';
import type { RunFolder } from './runFolder.ts';

/** Options of {@link createRunFolder}. */
export interface NewRunFolder {
  /** Absolute path that the user chose; without it a folder under `runs/` is made. */
  readonly out?: string | undefined;
  /** Name of the app: `anime-dcgan`. */
  readonly app: string;
  /** Name of the preset, for the folder's name; default `custom`. */
  readonly preset?: string | undefined;
  /** Absolute path of the folder that holds `runs/`: the workspace, or where the user stands. */
  readonly root: string;
  /** Time in the folder's name, local; default now. */
  readonly now?: Date;
}

/**
 * Creates the folder of a new run with `samples/` and `checkpoints/`: `out`, or
 * `runs/<app>/<yyyy-mm-ddThhmmss>-<preset>` under the root.
 *
 * @throws UserError when `out` holds a run already, is a file, or cannot be written
 */
export async function createRunFolder(options: NewRunFolder): Promise<RunFolder> {
  const run = runFolderAt(options.out ?? (await unusedPath(options)));
  if (await holdsRun(run)) {
    throw new UserError(
      `--out: ${run.path} already holds a run. ` +
        `Continue it with --resume ${run.path}, or start a new one with another --out.`,
    );
  }
  for (const folder of [run.path, run.samples, run.checkpoints]) {
    await makeFolder(folder).catch((error: unknown) => {
      throw explainFileError(error, 'create the folder', folder);
    });
  }
  return run;
}

/**
 * Opens an existing run.
 *
 * @param path absolute path of the run folder, of its `checkpoints/`, or of one checkpoint in it,
 *   which then is `selectedCheckpoint`
 * @throws UserError when there is no run
 */
export async function openRunFolder(path: string): Promise<RunFolder> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new UserError(
      `expected a run folder or one of its checkpoints, found nothing at ${path}.` +
        `${runsNearby(path)}`,
    );
  }
  const run = found.isDirectory() ? runOfFolder(path) : await runOfCheckpoint(path);
  if (run !== undefined && (await exists(run.config))) return run;
  throw new UserError(
    `expected a run folder (with config.json) or one of its checkpoints ` +
      `(checkpoints/step-….safetensors), received ${path}.${runsNearby(join(path, 'run'))}`,
  );
}

/**
 * The run of an app that was started last, by the time in its `config.json`.
 *
 * @param root absolute path of the folder that holds `runs/`
 * @returns undefined when there is no readable run
 */
export async function findLatestRun(root: string, app: string): Promise<RunFolder | undefined> {
  const folder = join(root, 'runs', app);
  let latest: { run: RunFolder; time: number } | undefined;
  for (const name of namesIn(folder)) {
    const run = runFolderAt(join(folder, name));
    const config = await readRunConfig(run).catch(() => undefined);
    if (config === undefined) continue;
    const time = Date.parse(config.createdAt);
    if (latest === undefined || time >= latest.time) latest = { run, time };
  }
  return latest?.run;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    // On a read-only file system Node says that a folder is missing: ask again above it.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    let existing = dirname(folder);
    while (!(await exists(existing))) existing = dirname(existing);
    await access(existing, constants.W_OK);
    throw error;
  }
}

async function unusedPath({ app, preset = 'custom', root, now }: NewRunFolder): Promise<string> {
  const base = join(root, 'runs', app, `${timeName(now ?? new Date())}-${preset}`);
  for (let number = 1; ; number++) {
    const path = number === 1 ? base : `${base}-${number}`;
    if (!(await exists(path))) return path;
  }
}

/** Local time without characters that file systems refuse: `2030-01-31T235959`. */
function timeName(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date}T${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}

async function holdsRun(run: RunFolder): Promise<boolean> {
  if ((await exists(run.config)) || (await exists(run.metrics))) return true;
  return run.listCheckpoints().length > 0;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const runOfFolder = (path: string): RunFolder =>
  runFolderAt(basename(resolve(path)) === 'checkpoints' ? dirname(resolve(path)) : resolve(path));

async function runOfCheckpoint(path: string): Promise<RunFolder | undefined> {
  const folder = dirname(resolve(path));
  if (basename(folder) !== 'checkpoints') return undefined;
  const run = runFolderAt(dirname(folder));
  if (resolve(path) === run.bestCheckpoint) {
    const { step } = await loadCheckpointMetadata(path);
    return { ...run, selectedCheckpoint: { step, path: run.bestCheckpoint } };
  }
  const step = checkpointStep(path);
  return step === undefined ? undefined : runFolderAt(run.path, step);
}

/** Names up to three runs beside a path that is not one. */
function runsNearby(path: string): string {
  const parent = dirname(path);
  const runs = namesIn(parent)
    .filter((name) => namesIn(join(parent, name)).includes('config.json'))
    .sort()
    .slice(-3);
  return runs.length === 0 ? '' : ` Runs in ${parent}: ${runs.join(', ')}.`;
}
