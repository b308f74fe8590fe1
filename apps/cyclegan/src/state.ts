import type { NetworkAverage, NetworkState, OptimizerState, UpdateInputs } from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { PoolPlan } from './imagePool.ts';
import type { NetworkName } from './networks.ts';

/** Something for each domain. */
export type PerDomain<Value> = Readonly<Record<'a' | 'b', Value>>;

/** Something for each generator. */
export type PerGenerator<Value> = Readonly<Record<'generatorAtoB' | 'generatorBtoA', Value>>;

/** Something for each discriminator. */
export type PerDiscriminator<Value> = Readonly<Record<'discriminatorA' | 'discriminatorB', Value>>;

/** The four networks, what their optimizers remember, and the fakes of the past. */
export interface State extends Readonly<Record<NetworkName, NetworkState>> {
  /** One Adam for both generators and one for both discriminators: equal rates, equal steps. */
  readonly generatorOptimizer: PerGenerator<OptimizerState>;
  readonly discriminatorOptimizer: PerDiscriminator<OptimizerState>;
  /** Earlier fakes of each domain [P, H, W, C]; absent when `poolSize` is 0. */
  readonly pools?: PerDomain<tf.Tensor4D>;
  /** The fakes [N, H, W, C] that the discriminators are shown next. */
  readonly shown: PerDomain<tf.Tensor4D>;
  /** What pictures are drawn with, when `emaDecay` is not 0. */
  readonly generatorAverages?: PerGenerator<NetworkAverage>;
}

/** The generators' part of a batch; the fakes are seen as views `fakeA` and `fakeB`. */
export interface GeneratorsBatch<Leaf = tf.Tensor> extends UpdateInputs<Leaf> {
  /** Pictures of each domain [N, H, W, C]. */
  readonly real: PerDomain<Leaf>;
  /** Absent when `poolSize` is 0. */
  readonly pools?: PerDomain<PoolPlan<Leaf>>;
}

/** One discriminator's part of a batch. */
export interface DiscriminatorBatch<Leaf = tf.Tensor> extends Omit<
  UpdateInputs<Leaf>,
  'accumulate'
> {
  /** Pictures of its domain [N, H, W, C]. */
  readonly realImages: Leaf;
  /** Places [N, 1, 1, 1] between real and fake pictures, for the gradient penalty alone. */
  readonly alpha?: Leaf;
}

/** What comes in with a step; a missing part leaves its networks' update out. */
export interface Batch {
  readonly generators?: GeneratorsBatch;
  readonly discriminators?: PerDomain<DiscriminatorBatch> & Pick<UpdateInputs, 'accumulate'>;
}

/** The state after an update, with what there is to see of it. */
export interface Update {
  readonly state: State;
  readonly metrics: Readonly<Record<string, tf.Tensor>>;
  readonly gradients: Readonly<Record<string, NetworkState['params']>>;
}
