import type * as tf from '@tensorflow/tfjs';
import type { Module } from '../../model/layers/index.ts';

/** A module of any inputs and outputs. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are contravariant
export type AnyNetwork = Module<any, any>;

/** How verdicts read for people: 1 says real, 0 says fake. */
export interface Score {
  /** Ends the metrics' names: `realScore`, `fakeScore`. */
  readonly name: string;
  /** A scalar of logits of any shape; of several maps of logits it is the mean. */
  readonly of: (logits: tf.Tensor) => tf.Tensor;
}
