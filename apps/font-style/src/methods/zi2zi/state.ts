import type { NetworkAverage, NetworkState, OptimizerState } from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { PairBatch } from '../pairBatch.ts';

/** Both networks and what their optimizers remember. */
export interface State {
  readonly generator: NetworkState;
  readonly discriminator: NetworkState;
  /** Of the parameters that are trained: all but those of a frozen encoder. */
  readonly generatorOptimizer: OptimizerState;
  readonly discriminatorOptimizer: OptimizerState;
  /** What glyphs are drawn with, when `emaDecay` is not 0. */
  readonly generatorAverage?: NetworkAverage;
}

/** A batch of zi2zi. */
export interface Batch extends PairBatch {
  /** Weights of styles [N, slots]: ones where the style is. */
  readonly styles: tf.Tensor2D;
  /** The batch's styles in another order: what the same sources are drawn in without targets. */
  readonly shuffledStyles?: tf.Tensor2D;
  /** Dropout's masks by layer; absent when nothing is dropped. */
  readonly masks?: Readonly<Record<string, tf.Tensor>>;
  /** Those for the shuffled styles. */
  readonly shuffledMasks?: Readonly<Record<string, tf.Tensor>>;
}
