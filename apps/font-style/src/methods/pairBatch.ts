import type { UpdateInputs } from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';

/** What every method is shown: characters of the source font, and the same in styles. */
export interface Pairs<Leaf = tf.Tensor4D> {
  /** [N, S, S, C] in [-1, 1]: ink is -1, paper 1. */
  readonly source: Leaf;
  /** As `source`. */
  readonly target: Leaf;
}

/** What an update of a network reads besides the pairs; `accumulate` stands in the batch. */
export type NetworkInputs<Leaf = tf.Tensor> = Omit<UpdateInputs<Leaf>, 'accumulate'>;

/** A batch; without `discriminator` or `generator` that network stays as it is. */
export interface PairBatch extends Pairs {
  readonly discriminator?: NetworkInputs;
  readonly generator?: NetworkInputs;
  /** Scalar: a part of a batch that is only added up, see `accumulationSteps`. */
  readonly accumulate?: tf.Scalar;
}

/** The state after an update, with what there is to see of it. */
export interface Update<State> {
  readonly state: State;
  readonly metrics: Readonly<Record<string, tf.Tensor>>;
  readonly gradients: Readonly<Record<string, Readonly<Record<string, tf.Tensor>>>>;
}
