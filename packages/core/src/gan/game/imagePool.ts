import { hostTensorInt, type HostTensor } from '@gan-zoo/compiler';
import type { Random } from '../../model/random/index.ts';
import * as tf from '@tensorflow/tfjs';

/**
 * What a step does with a pool, in numbers of rows of the pool's images followed by the new fakes:
 * `[old 0, …, old P−1, new 0, …, new N−1]`.
 */
export type PoolPlan<Leaf = tf.Tensor> = Readonly<{
  /** [N] int32: which images the discriminator is shown. */
  shown: Leaf;
  /** [P] int32: which images the pool holds afterwards. */
  kept: Leaf;
}>;

/** Options of {@link planPool}. */
export interface PoolPlanOptions {
  readonly random: Random;
  /** Name of the pool's random stream. */
  readonly stream: string;
  readonly step: number;
  /** New fakes per step, N. */
  readonly count: number;
  /** Images in the pool, P, at least 1. */
  readonly size: number;
}

/**
 * Decides what a step does with the history pool of Shrivastava et al. (arXiv 1612.07828) as CycleGAN
 * uses it: the first P fakes fill it and are shown; each later one is shown itself with probability
 * ½, and otherwise changes places with a random one of the pool, which is shown instead. The fakes of
 * one batch come one after the other, so a later one may draw an earlier one out again.
 *
 * A function of the step alone: with the images in the state, a resumed run goes on exactly.
 */
export function planPool(options: PoolPlanOptions): PoolPlan<HostTensor<'int32'>> {
  const { random, stream, step, count, size } = options;
  const draws = random.stream(stream).at(step);
  const shown = new Int32Array(count);
  const kept = Int32Array.from({ length: size }, (_, row) => row);
  for (let i = 0; i < count; i++) {
    const fake = size + i;
    const before = step * count + i;
    const isFilling = before < size;
    // Drawn always, so that every fake has the same draws whatever became of the others.
    const isSwapped = draws.uniform() < 0.5;
    const row = isFilling ? before : draws.integer(size);
    shown[i] = isFilling || !isSwapped ? fake : kept[row]!;
    if (isFilling || isSwapped) kept[row] = fake;
  }
  return { shown: hostTensorInt([count], shown), kept: hostTensorInt([size], kept) };
}

/**
 * Carries out a plan.
 *
 * Shape: pool [P, H, W, C] and fakes [N, H, W, C] → pool [P, H, W, C] and shown [N, H, W, C].
 */
export function exchange(
  pool: tf.Tensor,
  fakes: tf.Tensor,
  plan: PoolPlan,
): { readonly pool: tf.Tensor; readonly shown: tf.Tensor } {
  const rows = tf.concat([pool, fakes], 0);
  return {
    pool: tf.gather(rows, plan.kept as tf.Tensor1D),
    shown: tf.gather(rows, plan.shown as tf.Tensor1D),
  };
}
