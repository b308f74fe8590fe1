import type { HostTensor } from '../hostTensor.ts';
import type { StepRunner, TrainStep } from '../trainStep.ts';
import type { Tree } from '../tree.ts';

/** A function of trees of host tensors that runs wherever its runtime does. */
export interface HostFunction {
  (...trees: Tree<HostTensor>[]): Promise<Tree<HostTensor>>;
  /** Frees what was compiled for it. */
  dispose(): Promise<void>;
}

export interface StepRunnerOptions {
  /** Also return the step's gradients, for verification. Default: false. */
  readonly gradients?: boolean;
  /**
   * The state is given away: its arrays may be moved instead of copied, and must not be used any more.
   * Default: false.
   */
  readonly givesState?: boolean;
}

/** Where compiled or eager functions run: one backend with its threads. */
export interface Runtime {
  /** The backend's name, such as `onnx-cpu`; never `auto`. */
  readonly backend: string;
  /** Why this backend, in words. */
  readonly reason: string;
  /** Threads of one operator, where the backend lets one choose. */
  readonly threads: number | undefined;
  /** Wraps a pure function of trees of tensors; compiled once per structure and shapes. */
  function(fn: (...trees: never[]) => unknown): HostFunction;
  /** Starts running a train step from a state. */
  trainStep<State, Batch>(
    step: TrainStep<State, Batch>,
    state: Tree<HostTensor>,
    options?: StepRunnerOptions,
  ): Promise<StepRunner>;
  close(): Promise<void>;
}
