import type { NetworkAverage, NetworkState, OptimizerState } from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { PairBatch } from '../pairBatch.ts';

/** Both networks and what their optimizers remember. */
export interface State {
  readonly generator: NetworkState;
  readonly discriminator: NetworkState;
  readonly generatorOptimizer: OptimizerState;
  readonly discriminatorOptimizer: OptimizerState;
  /** What glyphs are drawn with, when `emaDecay` is not 0. */
  readonly generatorAverage?: NetworkAverage;
}

/** A batch of pix2pix. */
export interface Batch extends PairBatch {
  /** Dropout's masks by layer; absent when nothing is dropped. */
  readonly masks?: Readonly<Record<string, tf.Tensor>>;
}
