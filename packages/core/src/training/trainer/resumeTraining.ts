import { existsSync } from 'node:fs';
import {
  flattenTree,
  treeSignature,
  UsageError,
  UserError,
  type HostTensor,
  type Tree,
} from '@gan-zoo/compiler';
import type { WorkContext } from '../../base/console/workContext.ts';
import { createRandom } from '../../model/random/index.ts';
import {
  describeMachine,
  lockRun,
  openNamedRun,
  readRunConfig,
  recordResume,
  removeUnfinished,
  setLaterAside,
  truncateMetrics,
  type RunConfig,
  type RunFolder,
} from '../run/index.ts';
import type { AnyGanDefinition } from '../../gan/definition/definition.ts';
import { findGoodCheckpoint } from './goodCheckpoint.ts';
import { initialState } from './initialState.ts';
import {
  compareData,
  compareWithRun,
  formatChange,
  runPathResolver,
  type ResumeChange,
} from './resumeChanges.ts';
import { handOver } from './handOver.ts';
import type { PlannedTraining, TrainStart } from './startTraining.ts';
import type { TrainConfig } from '../../gan/definition/trainFields.ts';
import { positionOf, startPosition } from './trainPosition.ts';

/**
 * Plans to go on with a run: takes its lock, compares options, loads the newest good checkpoint.
 *
 * @param given the resolved options of this call
 * @param name what the user named: a run, a checkpoint or `latest`
 * @throws UsageError when options differ that may not
 */
export async function planResume(
  definition: AnyGanDefinition,
  given: TrainConfig,
  name: string,
  context: WorkContext,
): Promise<PlannedTraining> {
  const { workingFolder, explicitKeys, log } = context;
  if (given.out !== undefined && explicitKeys.has('out')) {
    throw new UsageError('--out: a resumed run stays in its folder. Leave --out away.');
  }
  const run = await openNamedRun(name, context);
  const before = await readRunConfig(run);
  const runFolder = before.workingFolder ?? workingFolder;
  const { config, overridden, free } = compareWithRun({
    ...{ schema: definition.schema, run: run.path, before: before.config, runFolder },
    ...{ config: given, workingFolder, explicitKeys },
  });
  const resolvePath = runPathResolver(existsSync(runFolder) ? runFolder : undefined, workingFolder);
  const lock = lockRun(run, log);
  try {
    await removeUnfinished(run);
    const start = await loadStart({ definition, config, run, resolvePath, log });
    if (overridden.length > 0) assertSameShapes(definition, config, start);
    return {
      config,
      resolvePath,
      open: async (data, runtime) => {
        const changed = compareData(run.path, config, start.position.data, data);
        const changes = [...overridden, ...free, ...(changed === undefined ? [] : [changed])];
        for (const change of changes) log(`Changed: ${formatChange(change)}`);
        tellOtherMachine(before, runtime, log);
        await bringInOrder(run, start, log);
        if (changes.length > 0) {
          const resume = {
            at: new Date().toISOString(),
            step: start.step,
            changes: asRecord(changes),
          };
          await recordResume(run, before, { config: { ...config }, resume });
        }
        return { ...start, run, position: { ...start.position, data: [...data] } };
      },
      release: () => lock.release(),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Where {@link loadStart} looks. */
export interface StartPlace {
  readonly definition: AnyGanDefinition;
  readonly config: TrainConfig;
  readonly run: RunFolder;
  readonly resolvePath: (path: string) => string;
  readonly log: (line: string) => void;
  /** Looks only at checkpoints of earlier steps; default at all. */
  readonly before?: number | undefined;
}

/** The state to go on from: the newest good checkpoint, or the beginning when there is none. */
export async function loadStart(place: StartPlace): Promise<TrainStart> {
  const { definition, config, run, resolvePath, log, before } = place;
  const found = await findGoodCheckpoint(run, definition, log, before);
  if (found === undefined) {
    const none = before === undefined ? 'no checkpoint yet' : 'no earlier checkpoint';
    log(`There is ${none}: starting again from step 0`);
    const state = handOver(await initialState(definition, config, resolvePath));
    return { state, step: 0, position: startPosition() };
  }
  const { state, metadata } = found.checkpoint;
  log(`Resuming step ${metadata.step} of ${found.path}`);
  return { state: handOver(state), step: metadata.step, position: positionOf(metadata) };
}

/** Takes away what was written after the step that the training goes on from. */
export async function bringInOrder(
  run: RunFolder,
  { step, position }: TrainStart,
  log: (line: string) => void,
): Promise<void> {
  const moved = await setLaterAside(run, step);
  if (moved.length > 0) {
    log(`Moved the checkpoints of later steps to checkpoints/replaced: ${moved.join(', ')}`);
  }
  await truncateMetrics(run.metrics, { step, records: position.metricsRecords });
}

/** Overridden options may have made other networks than those of the checkpoint. */
function assertSameShapes(
  definition: AnyGanDefinition,
  config: TrainConfig,
  { state, step }: TrainStart,
): void {
  const expected = definition.initState(config, createRandom(config.seed));
  const received = state.peek();
  if (treeSignature(expected) === treeSignature(received)) return;
  const shapeOf = (tree: Tree<HostTensor>): Map<string, string> =>
    new Map(
      flattenTree<HostTensor>(tree).map(({ path, leaf }) => [path, `[${leaf.shape.join(', ')}]`]),
    );
  const [own, other] = [shapeOf(expected), shapeOf(received)];
  const path = [...own.keys(), ...other.keys()].find((each) => own.get(each) !== other.get(each));
  throw new UserError(
    `--override: expected networks as in the checkpoint of step ${step}, received others: ` +
      `${path} has ${own.get(path!) ?? 'no place'} instead of ${other.get(path!) ?? 'none'}. ` +
      'Options that change sizes cannot change at a resume: start a new run.',
  );
}

/** What else the bytes depend on, when it is not as it was. */
function tellOtherMachine(
  { machine }: RunConfig,
  runtime: { readonly backend: string; readonly threads: number | undefined },
  log: (line: string) => void,
): void {
  const here = describeMachine(runtime);
  const versions = Object.entries(here.packages)
    .filter(([name, version]) => (machine.packages[name] ?? version) !== version)
    .map(([name, version]) => `${name} ${machine.packages[name]} → ${version}`);
  const facts = (['cpu', 'backend', 'threads'] as const)
    .filter((fact) => machine[fact] !== here[fact])
    .map((fact) => `${fact} ${machine[fact]} → ${here[fact]}`);
  const differences = [...facts, ...versions];
  if (differences.length === 0) return;
  log(`Other bytes than an unbroken run would have are possible: ${differences.join(', ')}`);
}

const asRecord = (changes: readonly ResumeChange[]): Record<string, [unknown, unknown]> =>
  Object.fromEntries(
    changes.map(({ key, before, now }) => [
      key,
      [before ?? null, now ?? null] as [unknown, unknown],
    ]),
  );
