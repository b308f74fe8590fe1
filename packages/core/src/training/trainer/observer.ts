import type { HostTensor, Runtime, Tree } from '@gan-zoo/compiler';
import type { MetricsRecord, RunFolder } from '../run/index.ts';
import type { AnyGanDefinition, BatchTools } from '../../gan/definition/definition.ts';
import type { Rollback } from './trainPosition.ts';
import type { TrainConfig } from '../../gan/definition/trainFields.ts';

/** What an observer of a training knows when it starts; a rollback or a resume makes new observers. */
export interface ObserverPlace {
  readonly definition: AnyGanDefinition;
  readonly config: TrainConfig;
  readonly run: RunFolder;
  readonly runtime: Runtime;
  readonly tools: BatchTools;
  /** Finished steps so far: 0, or those of the checkpoint that the training goes on from. */
  readonly startStep: number;
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  /** What {@link TrainObserver.remember} gave when that checkpoint was saved; else undefined. */
  readonly remembered: unknown;
  /** Every return to a checkpoint so far, the latest last. */
  readonly rollbacks: readonly Rollback[];
  /** Aborts when the training is interrupted: long work should end with `signal.throwIfAborted()`. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

/** When something happened. */
export interface TrainMoment {
  /** Finished steps. */
  readonly step: number;
  /** Finished passes over the data. */
  readonly epoch: number;
}

/**
 * Sees a training without changing it: the doctor, event files, measures of quality, reports. The
 * loop waits for each call; a call that fails is reported, and its observer is left out from then on.
 */
export interface TrainObserver {
  /** After every step, with the metrics of this step alone. */
  step?(
    event: TrainMoment & { readonly metrics: Readonly<Record<string, number>> },
  ): Promise<void> | void;
  /** After a line of `metrics.jsonl`. */
  logged?(record: MetricsRecord): Promise<void> | void;
  /**
   * After the fixed samples were drawn.
   *
   * @returns measures of these pictures, such as `{ kid: 0.08 }`: they are logged with the step
   */
  drawn?(event: DrawnEvent): Promise<MeasuredValues> | MeasuredValues;
  /** When a metric or a weight is NaN or infinite: the training stops or goes back after this. */
  diverged?(event: TrainMoment & DivergedEvent): Promise<void> | void;
  /** After a checkpoint is on the disk. */
  saved?(event: TrainMoment & SavedEvent): Promise<void> | void;
  /**
   * When the training has ended as planned; not when it was interrupted, since there is no time.
   *
   * @returns files to point the user at, the most telling first
   */
  ended?(event: TrainMoment): Promise<readonly string[] | void> | readonly string[] | void;
  /**
   * What the next observer needs after a resume, as JSON; it goes into the checkpoint, so it must
   * not depend on the time.
   */
  remember?(): unknown;
}

type MeasuredValues = Readonly<Record<string, number>> | void;

/** The fixed samples of a step. */
export interface DrawnEvent extends TrainMoment {
  /** Pictures [N,H,W,C] in [-1, 1] by name. */
  readonly images: Readonly<Record<string, HostTensor>>;
  /** The saved grids. */
  readonly paths: readonly string[];
  /** The whole state of the training. */
  readonly state: Tree<HostTensor>;
}

/** A number that is none. */
export interface DivergedEvent {
  /** The metric, or the path of the weight. */
  readonly quantity: string;
  /** NaN or infinite. */
  readonly value: number;
}

/** A checkpoint that was saved. */
export interface SavedEvent {
  readonly path: string;
  readonly state: Tree<HostTensor>;
}

/** How an observer is made. */
export interface ObserverFactory {
  /** Its name among the others: `doctor`. */
  readonly name: string;
  /** Makes the observer of a training, or undefined when the configuration does not ask for it. */
  create(place: ObserverPlace): Promise<TrainObserver | undefined> | TrainObserver | undefined;
}
