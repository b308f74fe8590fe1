import * as tf from '@tensorflow/tfjs';
import { assertShape, assertWhole } from './assertShape.ts';
import { ones, zeros } from './initializers.ts';
import type { Module } from './module.ts';
import {
  affineParameters,
  affineOf,
  DEFAULT_EPSILON,
  momentsOver,
  standardise,
} from './normalise.ts';

/** Options of {@link instanceNorm}. */
export interface InstanceNormOptions {
  readonly channels: number;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
  /** Learn a scale and a shift per channel; default false, as in torch `InstanceNorm2d`. */
  readonly affine?: boolean;
}

/**
 * Instance normalisation (Ulyanov et al. 2016, arXiv 1607.08022): every channel of every image gets
 * mean 0 and variance 1 over its own pixels, in training and inference mode alike.
 *
 * Parameters: `weight`, `bias` [channels] when affine.
 *
 * Shape: [N, H, W, channels], unchanged.
 */
export function instanceNorm(options: InstanceNormOptions): Module {
  const { channels, epsilon = DEFAULT_EPSILON, affine = false } = options;
  assertWhole('instanceNorm', 'channels', channels);
  return {
    parameters: affine ? affineParameters(channels) : {},
    outputShape: (place, x) => {
      assertShape('instanceNorm', place, ['N', 'H', 'W', channels], x);
      return x;
    },
    apply: (scope, x) => {
      assertShape('instanceNorm', scope, ['N', 'H', 'W', channels], x.shape);
      return standardise(x, momentsOver(x, [1, 2]), epsilon, affine ? affineOf(scope) : undefined);
    },
  };
}

/** Options of {@link conditionalInstanceNorm}. */
export interface ConditionalInstanceNormOptions {
  readonly channels: number;
  /** Number of styles or classes. */
  readonly conditions: number;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Conditional instance normalisation (Dumoulin et al. 2016, arXiv 1610.07629): instance norm whose
 * scale and shift are the rows of two tables that belong to each image's label.
 *
 * Parameters: `weight` (1 at first), `bias` (0 at first), both [conditions, channels].
 *
 * Shape: [N, H, W, channels] and labels [N] (int32, 0 … conditions − 1) → [N, H, W, channels].
 */
export function conditionalInstanceNorm(
  options: ConditionalInstanceNormOptions,
): Module<readonly [tf.Tensor, tf.Tensor]> {
  const { channels, conditions, epsilon = DEFAULT_EPSILON } = options;
  assertWhole('conditionalInstanceNorm', 'channels', channels);
  assertWhole('conditionalInstanceNorm', 'conditions', conditions);
  const shape = [conditions, channels];
  return {
    parameters: {
      weight: { shape, initialise: ones(), kind: 'parameter', role: 'embedding' },
      bias: { shape, initialise: zeros(), kind: 'parameter', role: 'embedding' },
    },
    outputShape: (place, x, labels) => {
      assertShape('conditionalInstanceNorm', place, ['N', 'H', 'W', channels], x);
      assertShape('conditionalInstanceNorm labels', place, [x[0]!], labels);
      return x;
    },
    apply: (scope, x, labels) => {
      assertShape('conditionalInstanceNorm', scope, ['N', 'H', 'W', channels], x.shape);
      assertShape('conditionalInstanceNorm labels', scope, [x.shape[0]], labels.shape);
      const row = (name: string): tf.Tensor =>
        tf.reshape(tf.gather(scope.get(name), labels as tf.Tensor1D), [-1, 1, 1, channels]);
      const affine = { weight: row('weight'), bias: row('bias') };
      return standardise(x, momentsOver(x, [1, 2]), epsilon, affine);
    },
  };
}
