import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { UserError, type HostTensor, type Tree } from '@gan-zoo/compiler';
import type { z } from 'zod';
import { resolveUserPath } from '../../base/files/index.ts';
import type { InheritPlace } from '../../base/options/index.ts';
import {
  openNamedRun,
  openRunFolder,
  readRunConfig,
  runFolderAt,
  type RunFolder,
} from '../run/index.ts';
import {
  loadCheckpoint,
  type Checkpoint,
  type CheckpointMetadata,
} from '../../model/weights/index.ts';
import { runPathResolver } from './resumeChanges.ts';

/** What a checkpoint is checked against: the part of a GAN's definition that has no types. */
interface CheckpointOwner {
  readonly name: string;
}

/** A trained network with all that is known about it. */
export interface LoadedRun<Config> {
  /** The state as the train step left it. */
  readonly state: Tree<HostTensor>;
  /** What the app put beside the state; undefined where it had nothing to. */
  readonly carried: Uint8Array | undefined;
  /** The configuration that it was trained with, complete for this version of the app. */
  readonly config: Config;
  /** Finished steps. */
  readonly step: number;
  /** Absolute path of the checkpoint. */
  readonly path: string;
  /**
   * Makes paths of the configuration, such as `data`, absolute: they start where the run began, or,
   * when that is unknown or gone, where the user stands.
   */
  readonly resolvePath: (path: string) => string;
}

/**
 * Loads what a user names with `--run`: a run folder (its latest checkpoint), one checkpoint file
 * wherever it lies, or `latest`. Nothing but the checkpoint is read, since it describes itself.
 *
 * @param name path relative to the place, or `latest` for the run of this app that began last
 * @param definition the app's name and the schema of its `train` options
 * @throws UserError when there is no such checkpoint, it is damaged or another app's, or its
 *   configuration does not fit this version of the app
 */
export async function loadRunCheckpoint<Schema extends z.ZodObject>(
  name: string,
  place: InheritPlace,
  definition: CheckpointOwner & { readonly schema: Schema },
): Promise<LoadedRun<z.output<Schema>>> {
  const path = await findCheckpoint(name, place);
  const { state, metadata, carried } = await loadOwnCheckpoint(path, definition);
  const parsed = definition.schema.safeParse(metadata.config);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'config'} (${issue.message})`,
    );
    throw new UserError(
      `${path}: expected a configuration of this version of ${definition.name}, received one of ` +
        `version ${metadata.appVersion} that does not fit: ${problems.join('; ')}. ` +
        `Use the version that wrote it, or train again.`,
    );
  }
  const resolvePath = runPathResolver(await runFolderOf(path), place.workingFolder);
  return { state, carried, config: parsed.data, step: metadata.step, path, resolvePath };
}

/** Where the run of a checkpoint began, if its config.json is there and says so. */
async function runFolderOf(path: string): Promise<string | undefined> {
  const run = runFolderAt(dirname(dirname(path)));
  const config = await readRunConfig(run).catch(() => undefined);
  return config?.workingFolder;
}

/**
 * Loads a checkpoint of one app.
 *
 * @param path absolute
 * @throws UserError when it cannot be read, is damaged, or another app wrote it
 */
export async function loadOwnCheckpoint(
  path: string,
  definition: CheckpointOwner,
): Promise<Checkpoint> {
  const checkpoint = await loadCheckpoint(path);
  assertOwnCheckpoint(path, checkpoint.metadata, definition);
  return checkpoint;
}

/** @throws UserError when another app wrote a checkpoint */
export function assertOwnCheckpoint(
  path: string,
  { app }: Pick<CheckpointMetadata, 'app'>,
  definition: CheckpointOwner,
): void {
  if (app === definition.name) return;
  throw new UserError(
    `${path}: expected a checkpoint of ${definition.name}, received one of ${app}. ` +
      `Use it with ${app}, or name another one.`,
  );
}

/**
 * The checkpoint to take from a run: the one that the user named, or the latest.
 *
 * @throws UserError when the run has none
 */
export function checkpointOf(run: RunFolder): string {
  const file = run.selectedCheckpoint ?? run.latestCheckpoint();
  if (file !== undefined) return file.path;
  throw new UserError(
    `${run.path}: expected a run with a checkpoint, found none yet. ` +
      `Wait for its first one, choose another run, or start a new one with train.`,
  );
}

async function findCheckpoint(name: string, place: InheritPlace): Promise<string> {
  if (name === 'latest') return checkpointOf(await openNamedRun(name, place));
  const path = resolveUserPath(name, place.workingFolder);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return path;
  // A folder without the run's other files will do.
  const folder = basename(path) === 'checkpoints' ? dirname(path) : path;
  const latest = runFolderAt(folder).latestCheckpoint();
  return latest?.path ?? checkpointOf(await openRunFolder(path));
}
