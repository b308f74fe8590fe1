import * as tf from '@tensorflow/tfjs';
import { tidyResult } from '../gradients/index.ts';
import { assertOption, mapRecord, type TensorRecord } from './optimizer.ts';

/**
 * Every weight, forced into [−limit, limit]: how the first Wasserstein GAN keeps its critic smooth.
 *
 * Paper: Arjovsky, Chintala, Bottou, "Wasserstein GAN" (arXiv 1701.07875), with a limit of 0.01.
 *
 * @throws UserError when the limit is 0 or less
 */
export function clipWeights<Params extends TensorRecord>(params: Params, limit: number): Params {
  assertOption('clipWeights', 'a limit', limit, 'above 0', (value) => value > 0);
  return tidyResult(() => mapRecord(params, (param) => tf.clipByValue(param, -limit, limit)));
}

/**
 * The gradients, scaled down together where their common length exceeds `maxNorm`, as PyTorch's
 * `clip_grad_norm_` does it: by min(1, maxNorm / (norm + 1e-6)).
 *
 * Paper: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks"
 * (arXiv 1211.5063).
 *
 * @returns the new gradients, and the length before (a scalar)
 * @throws UserError when maxNorm is 0 or less
 */
export function clipGradientNorm<Params extends TensorRecord>(
  gradients: Params,
  maxNorm: number,
): { gradients: Params; norm: tf.Scalar } {
  assertOption('clipGradientNorm', 'a maxNorm', maxNorm, 'above 0', (value) => value > 0);
  return tidyResult(() => {
    const squares = Object.values(gradients).map((g) => tf.sum<tf.Scalar>(tf.square(g)));
    const norm = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square), tf.scalar(0)));
    const factor = tf.minimum(tf.div(maxNorm, tf.add(norm, 1e-6)), 1);
    return { gradients: mapRecord(gradients, (g) => tf.mul(g, factor)), norm };
  });
}
