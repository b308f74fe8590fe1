import type { HostTensor, Runtime, Tree } from '@gan-zoo/compiler';
import type { Progress } from '../../base/console/index.ts';
import type { BatchSource } from '../../data/batches/index.ts';
import type { AnyGanDefinition, BatchTools } from '../../gan/definition/definition.ts';
import type { TrainConfig } from '../../gan/definition/trainFields.ts';
import type { RunFolder } from '../run/index.ts';
import type { HandOver } from './handOver.ts';
import type { ObserverFactory } from './observer.ts';
import type { TrainPosition } from './trainPosition.ts';

/** Everything that the training loop needs; nothing of it is specific to an app. */
export interface TrainLoopOptions {
  readonly definition: AnyGanDefinition;
  readonly config: TrainConfig;
  readonly run: RunFolder;
  readonly runtime: Runtime;
  readonly tools: BatchTools;
  /** Opened with the learning rates in force; closed at the end. */
  readonly batches: BatchSource<Tree<HostTensor>>;
  /** The state to start from: a new one, or a checkpoint's. */
  readonly state: HandOver<Tree<HostTensor>>;
  /** Finished steps of that state; 0 for a new one. */
  readonly startStep: number;
  /** What checkpoints carry besides; default nothing. */
  readonly carried?: Uint8Array | undefined;
  /** What else the checkpoint recorded. */
  readonly position: TrainPosition;
  readonly observers: readonly ObserverFactory[];
  /** Ends the loop after the step in progress; everything is saved, and nothing else is made. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly progress: (options: {
    label: string;
    total: number;
    unit: string;
    initial: number;
  }) => Progress;
}
