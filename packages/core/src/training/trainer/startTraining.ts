import type { HostTensor, Tree } from '@gan-zoo/compiler';
import type { WorkContext } from '../../base/console/workContext.ts';
import {
  createRunFolder,
  lockRun,
  writeRunConfig,
  type RunFolder,
  type RunLock,
} from '../run/index.ts';
import type { AnyGanDefinition } from '../../gan/definition/definition.ts';
import { handOver, type HandOver } from './handOver.ts';
import { initialState } from './initialState.ts';
import type { TrainConfig } from '../../gan/definition/trainFields.ts';
import { startPosition, type DataFingerprint, type TrainPosition } from './trainPosition.ts';

/** Where a training begins: the state before the next step. */
export interface TrainStart {
  readonly state: HandOver<Tree<HostTensor>>;
  readonly step: number;
  readonly position: TrainPosition;
}

/** A training that may begin as soon as its data is open. */
export interface PlannedTraining {
  readonly config: TrainConfig;
  /** Makes paths of the configuration absolute. */
  readonly resolvePath: (path: string) => string;
  /**
   * Makes the run folder, or brings that of the resumed run in order; nothing is written before.
   *
   * @param data what the training will see
   * @param runtime what it will compute with
   * @throws UsageError when the data is not that of the run
   */
  open(
    data: readonly DataFingerprint[],
    runtime: { readonly backend: string; readonly threads: number | undefined },
  ): Promise<TrainStart & { readonly run: RunFolder }>;
  /** Gives the run free for others. */
  release(): void;
}

/** Plans a new run. */
export function planNew(
  definition: AnyGanDefinition,
  config: TrainConfig,
  context: WorkContext,
): PlannedTraining {
  const { app, version, preset, workingFolder, resolvePath, log } = context;
  let lock: RunLock | undefined;
  return {
    config,
    resolvePath,
    open: async (data, { backend, threads }) => {
      const state = handOver(await initialState(definition, config, resolvePath));
      const out = config.out === undefined ? undefined : resolvePath(config.out);
      const run = await createRunFolder({ out, app, preset, root: workingFolder });
      lock = lockRun(run, log);
      const own = { app, version, preset, workingFolder, backend, threads };
      await writeRunConfig(run, { ...own, config: { ...config } });
      return { run, state, step: 0, position: { ...startPosition(), data: [...data] } };
    },
    release: () => lock?.release(),
  };
}
