import { createRuntime, type HostTensor, type Runtime, type Tree } from '@gan-zoo/compiler';
import { formatRate } from '../../base/console/index.ts';
import type { WorkContext } from '../../base/console/workContext.ts';
import type { BatchSource } from '../../data/batches/index.ts';
import type { AnyGanDefinition } from '../../gan/definition/definition.ts';
import type { TrainConfig } from '../../gan/definition/trainFields.ts';
import { folderBatchTools, type FolderBatchTools } from '../batchTools/index.ts';
import { packageVersion, runFolderAt, type RunFolder } from '../run/index.ts';
import { DivergedError, nextRollback, rateFactor, withLoweredRates } from './divergence.ts';
import type { ObserverFactory } from './observer.ts';
import { planTraining } from './planTraining.ts';
import { bringInOrder, loadStart } from './resumeTraining.ts';
import type { PlannedTraining, TrainStart } from './startTraining.ts';
import { trainLoop, type TrainResult } from './trainLoop.ts';
import type { DataFingerprint, Rollback } from './trainPosition.ts';

/** A training whose data and backend are open. */
interface OpenTraining {
  readonly definition: AnyGanDefinition;
  readonly planned: PlannedTraining;
  readonly run: RunFolder;
  readonly runtime: Runtime;
  readonly tools: FolderBatchTools;
  /** Batches with the learning rates of the configuration. */
  readonly batches: BatchSource<Tree<HostTensor>>;
  readonly carried: Uint8Array | undefined;
  readonly observers: readonly ObserverFactory[];
  readonly context: WorkContext;
}

/** How a training ended, and where it is. */
export type FinishedTraining = TrainResult & { readonly run: RunFolder };

/**
 * Trains from a resolved configuration: run folder, start or resume, the loop, the summary.
 *
 * @param observers who watches, in this order
 */
export async function runTraining(
  definition: AnyGanDefinition,
  given: TrainConfig,
  context: WorkContext,
  observers: readonly ObserverFactory[],
): Promise<FinishedTraining> {
  const { log } = context;
  const planned = await planTraining(definition, given, context);
  const { config, resolvePath } = planned;
  let runtime: Runtime | undefined;
  let batches: BatchSource<Tree<HostTensor>> | undefined;
  try {
    runtime = await createRuntime({ backend: config.backend, threads: config.threads });
    const tools = folderBatchTools({ ...context, config, resolvePath });
    // Before anything is written: the data may be missing, or not that of the run.
    batches = await definition.openBatches(config, tools);
    const carried = await definition.carry?.(config, tools);
    const { run, ...start } = await planned.open(fingerprintsOf(tools), runtime);
    tellConditions(run, runtime, config, log);
    const opened = {
      ...{ definition, planned, run, runtime, tools, batches, carried, observers, context },
    };
    const result = await trainWithRollbacks(opened, start);
    log(
      `Trained to step ${result.step}, ${formatRate(result.imagesPerSecond, 'images')}; ` +
        `waited ${(result.waitedMs / 1000).toFixed(2)} s for data`,
    );
    log(`Checkpoint: ${result.checkpoint}`);
    for (const path of result.pictures) log(`Picture: ${path}`);
    return { ...result, run };
  } finally {
    await batches?.close();
    await runtime?.close();
    planned.release();
  }
}

/** Trains; with `--on-nan rollback` goes back to the last checkpoint where numbers got lost. */
async function trainWithRollbacks(opened: OpenTraining, first: TrainStart): Promise<TrainResult> {
  const { definition, planned, run, runtime, tools, carried, observers, context } = opened;
  const { config } = planned;
  const { signal, log, progress } = context;
  for (let start = first; ;) {
    const { rollbacks } = start.position;
    try {
      const batches =
        rollbacks.length === 0
          ? opened.batches
          : await definition.openBatches(withLoweredRates(config, rollbacks), tools);
      return await trainLoop({
        ...{ definition, config, run, runtime, tools, batches, carried, observers },
        ...{ signal, log, progress },
        ...{ state: start.state, startStep: start.step, position: start.position },
      });
    } catch (error) {
      const stops = config.onNan === 'stop' || signal.aborted;
      if (!(error instanceof DivergedError) || stops) throw error;
      log(error.message.split('. ', 1)[0]!);
      const back = await goBack(opened, rollbacks);
      const rollback = nextRollback(config, error, back.step, rollbacks);
      const position = { ...back.position, data: first.position.data };
      start = { ...back, position: { ...position, rollbacks: [...rollbacks, rollback] } };
      const factor = Number(rateFactor(start.position.rollbacks).toPrecision(4));
      log(`Going back to step ${back.step}, on at ${factor} times the learning rates`);
    }
  }
}

/** The checkpoint to go back to: the newest, or one before it when going back to that was in vain. */
async function goBack(
  { definition, planned, run, context: { log } }: OpenTraining,
  rollbacks: readonly Rollback[],
): Promise<TrainStart> {
  // Not the checkpoint that the user resumed, but the newest.
  const newest = runFolderAt(run.path);
  const last = rollbacks.at(-1);
  const isInVain = last !== undefined && (newest.latestCheckpoint()?.step ?? 0) <= last.to;
  const before = isInVain ? last.to : undefined;
  const { config, resolvePath } = planned;
  const start = await loadStart({ definition, config, run: newest, resolvePath, log, before });
  await bringInOrder(newest, start, log);
  return start;
}

/** What the checkpoint records of the data, the same in whatever order the folders were opened. */
const fingerprintsOf = ({ opened }: FolderBatchTools): DataFingerprint[] =>
  opened
    .map(({ count, fingerprint }) => ({ count, fingerprint }))
    .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));

/** Says where the run is, what computes, and what the resulting bytes depend on. */
function tellConditions(
  run: RunFolder,
  { backend, reason, threads }: Runtime,
  { seed }: TrainConfig,
  log: (line: string) => void,
): void {
  const shown = threads === undefined ? '' : `, ${threads} threads`;
  const library = backend.startsWith('onnx-') ? 'onnxruntime-node' : '@tensorflow/tfjs';
  log(`Run folder: ${run.path}`);
  log(`Backend: ${backend} (${reason})${shown}`);
  log(
    `The same bytes again need the same data, options and seed (${seed}), backend and processor` +
      `${threads === undefined ? '' : `, threads (${threads})`} and versions ` +
      `(${library} ${packageVersion(library)}, @gan-zoo/core ${packageVersion('@gan-zoo/core')}, ` +
      `Node ${process.version}); not the number of workers, nor where it is stopped and resumed`,
  );
}
