import type { NetworkAverage, NetworkState, OptimizerState } from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { PairBatch } from '../pairBatch.ts';

/** The four networks and what their optimizers remember. */
export interface State {
  readonly generator: NetworkState;
  readonly encoder: NetworkState;
  /** Judges glyphs drawn in styles that were read off their targets. */
  readonly discriminator: NetworkState;
  /** Judges glyphs drawn in random styles. */
  readonly discriminator2: NetworkState;
  readonly generatorOptimizer: OptimizerState;
  readonly encoderOptimizer: OptimizerState;
  readonly discriminatorOptimizer: OptimizerState;
  readonly discriminator2Optimizer: OptimizerState;
  /** What glyphs are drawn with, when `emaDecay` is not 0. */
  readonly generatorAverage?: NetworkAverage;
  readonly encoderAverage?: NetworkAverage;
}

/**
 * A batch of BicycleGAN, in halves: of the first one glyphs are drawn, the targets of the second one
 * are what glyphs in random styles are compared with. Without random styles it is all drawn.
 */
export interface Batch extends PairBatch {
  /** Glyphs that styles are read off instead of the targets [N, S, S, C]. */
  readonly references?: tf.Tensor4D;
  /** Random styles [N/2, Z] ~ N(0, 1); absent before the discriminators take part. */
  readonly latents?: tf.Tensor2D;
  /**
   * By how much of a deviation styles differ from the mean that was read off [N/2, Z] ~ N(0, 1), or
   * [N, Z] where there are no random styles.
   */
  readonly deviations: tf.Tensor2D;
}

/** A batch with random styles. */
export type GameBatch = Batch & Required<Pick<Batch, 'latents'>>;
