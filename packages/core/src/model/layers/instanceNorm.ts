import * as tf from '@tensorflow/tfjs';
import { assertShape, assertWhole } from './assertShape.ts';
import { named } from './compose.ts';
import { dense } from './dense.ts';
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

/** Options of {@link adaptiveInstanceNorm}. */
export interface AdaptiveInstanceNormOptions {
  readonly channels: number;
  /** Length of a style. */
  readonly styleUnits: number;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Adaptive instance normalisation (Huang and Belongie 2017, arXiv 1703.06868, with the learnt
 * affine map of Karras et al. 2018, arXiv 1812.04948): instance norm whose scale and shift are
 * linear in each image's style, 1 + W·s and V·s. A style that is only joined to the channels in
 * front of an instance norm is a constant per channel, which the norm takes away again; this one
 * gets through.
 *
 * Parameters: `style.weight` [2 · channels, styleUnits] and `style.bias` [2 · channels]: the rows of
 * the scales, then those of the shifts.
 *
 * Shape: [N, H, W, channels] and styles [N, styleUnits] → [N, H, W, channels].
 */
export function adaptiveInstanceNorm(
  options: AdaptiveInstanceNormOptions,
): Module<readonly [tf.Tensor, tf.Tensor]> {
  const { channels, styleUnits, epsilon = DEFAULT_EPSILON } = options;
  assertWhole('adaptiveInstanceNorm', 'channels', channels);
  const map = named('style', dense({ inUnits: styleUnits, units: 2 * channels }));
  return {
    parameters: map.parameters,
    outputShape: (place, x, styles) => {
      assertShape('adaptiveInstanceNorm', place, ['N', 'H', 'W', channels], x);
      assertShape('adaptiveInstanceNorm styles', place, [x[0]!, styleUnits], styles);
      return x;
    },
    apply: (scope, x, styles) => {
      assertShape('adaptiveInstanceNorm', scope, ['N', 'H', 'W', channels], x.shape);
      assertShape('adaptiveInstanceNorm styles', scope, [x.shape[0]!, styleUnits], styles.shape);
      const affine = tf.reshape(map.apply(scope, styles), [-1, 1, 1, 2 * channels]);
      const [scale, bias] = tf.split(affine, 2, 3) as [tf.Tensor, tf.Tensor];
      const moments = momentsOver(x, [1, 2]);
      return standardise(x, moments, epsilon, { weight: tf.add(scale, 1), bias });
    },
  };
}
