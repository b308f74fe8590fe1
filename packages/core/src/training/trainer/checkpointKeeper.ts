import type { HostTensor, Tree } from '@gan-zoo/compiler';
import { markBest, removeExpired, type RunFolder } from '../run/index.ts';
import { saveCheckpoint } from '../../model/weights/index.ts';
import { assertFiniteState } from './divergence.ts';
import type { AnyGanDefinition } from '../../gan/definition/definition.ts';
import { portableConfig, type TrainConfig } from '../../gan/definition/trainFields.ts';
import type { BestCheckpoint, TrainPosition } from './trainPosition.ts';

/** What is saved. */
export interface SavedTraining {
  readonly step: number;
  readonly epoch: number;
  readonly state: Tree<HostTensor>;
  readonly position: TrainPosition;
  /** Values measured at this step, and the means that were logged last. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Whether it is the best one so far. */
  readonly isBest: boolean;
}

/** Saves checkpoints and decides which ones stay. */
export interface CheckpointKeeper {
  /**
   * Saves a checkpoint; when it is on the disk, marks it as the best if it is, and removes expired
   * ones.
   *
   * @throws DivergedError when a number of the state is NaN or infinite: nothing is saved then
   */
  save(training: SavedTraining): Promise<void>;
  /** The better one of the best so far and a step with these metrics. */
  bestOf(
    best: BestCheckpoint | undefined,
    step: number,
    metrics: Readonly<Record<string, number>>,
  ): BestCheckpoint | undefined;
}

/** Makes the keeper of a run's checkpoints. */
export function createCheckpointKeeper(options: {
  readonly definition: AnyGanDefinition;
  /** As it is recorded: without what a rollback changes. */
  readonly config: TrainConfig;
  readonly run: RunFolder;
  /** What checkpoints carry besides the state. */
  readonly carried?: Uint8Array | undefined;
  readonly keepsForever: (step: number) => boolean;
  readonly log: (line: string) => void;
}): CheckpointKeeper {
  const { definition, config, run, carried, keepsForever, log } = options;
  const recorded = portableConfig(config, definition.schema);
  let isMissingTold = false;
  return {
    save: async ({ step, epoch, state, position, metrics, isBest }) => {
      assertFiniteState(state, step, run);
      const { name: app, version: appVersion } = definition;
      const metadata = { app, appVersion, step, epoch, config: recorded, metrics, position };
      await saveCheckpoint(run.checkpoint(step), { state, metadata, carried });
      if (isBest) await markBest(run, step);
      await removeExpired(run, { keepLast: config.keepLast, keepsForever });
    },
    bestOf: (best, step, metrics) => {
      const metric = config.bestMetric ?? 'kid';
      const value = valueOf(metric, metrics);
      if (value === undefined && config.bestMetric !== undefined && !isMissingTold) {
        isMissingTold = true;
        const names = Object.keys(metrics).join(', ');
        log(`--best-metric: step ${step} has no ${metric}, only ${names}; no best is kept of it`);
      }
      if (value === undefined || !Number.isFinite(value)) return best;
      // Another metric than before starts anew.
      const rival = best?.metric === metric ? best : undefined;
      const isBetter =
        rival === undefined ||
        (config.bestIs === 'lowest' ? value < rival.value : value > rival.value);
      return isBetter ? { metric, value, step } : rival;
    },
  };
}

/** A metric by its name; one that is measured several times, as `kid/a` and `kid/b`, is averaged. */
function valueOf(metric: string, metrics: Readonly<Record<string, number>>): number | undefined {
  const values =
    metrics[metric] === undefined
      ? Object.keys(metrics)
          .filter((name) => name.startsWith(`${metric}/`))
          .map((name) => metrics[name]!)
      : [metrics[metric]];
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
