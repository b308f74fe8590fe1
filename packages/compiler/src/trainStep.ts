import type * as tf from '@tensorflow/tfjs';
import type { HostTensor } from './hostTensor.ts';
import type { Tree } from './tree.ts';

/** What a train step returns. */
export interface StepResult<State> {
  /** The next state: the same structure, dtypes and shapes as the state that came in. */
  readonly state: State;
  /** Scalars to log, such as the losses. */
  readonly metrics: Readonly<Record<string, tf.Tensor>>;
  /** Pictures to show, [N,H,W,C] in [-1, 1]; computed always, copied only when asked for. */
  readonly images: Readonly<Record<string, tf.Tensor>>;
  /** The gradients behind the updates, for verification alone: training does not read them. */
  readonly gradients?: unknown;
}

/**
 * One update of a model as a pure function of tensors: no variables, no randomness of its own, no
 * reading of values. Anything that changes from step to step (noise, masks, learning rates) comes in
 * with the batch, and a batch of another structure is another step: a part that is absent is an
 * update that is not made.
 */
export type TrainStep<State, Batch> = (state: State, batch: Batch) => StepResult<State>;

/** The results of one step in ordinary memory. */
export interface StepOutput {
  readonly metrics: Readonly<Record<string, number>>;
  readonly images: Readonly<Record<string, HostTensor>>;
  /** Present when the runner was made with `gradients: true`. */
  readonly gradients?: Tree<HostTensor>;
}

/** Runs a train step again and again; the state stays where the step runs. */
export interface StepRunner {
  /** Compiles for a batch of this structure and these shapes, without running. */
  prepare(batch: Tree<HostTensor>): Promise<void>;
  /**
   * Updates the state by one step.
   *
   * @param batch tree of host tensors
   * @param options `images: true` also copies the step's pictures. Default: false.
   */
  step(batch: Tree<HostTensor>, options?: { readonly images?: boolean }): Promise<StepOutput>;
  /** A copy of the whole state. */
  readState(): Promise<Tree<HostTensor>>;
  /** Replaces the whole state. */
  writeState(state: Tree<HostTensor>): Promise<void>;
  close(): Promise<void>;
}
