import { assertWhole } from './assertShape.ts';
import { assertChannelsLast } from './batchNorm.ts';
import type { Module } from './module.ts';
import {
  affineParameters,
  affineOf,
  DEFAULT_EPSILON,
  momentsOver,
  standardise,
} from './normalise.ts';

/** Options of {@link layerNorm}. */
export interface LayerNormOptions {
  readonly channels: number;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
  /** Learn a scale and a shift per channel; default true. */
  readonly affine?: boolean;
}

/**
 * Layer normalisation (Ba et al. 2016, arXiv 1607.06450): each sample gets mean 0 and variance 1
 * over all its values, then a scale and shift per channel. It mixes no samples, so a critic with
 * gradient penalty may use it. On images it equals torch `GroupNorm(1, channels)`, on flat features
 * `LayerNorm(channels)`.
 *
 * Parameters: `weight`, `bias` [channels] when affine.
 *
 * Shape: [N, H, W, channels] or [N, channels], unchanged.
 */
export function layerNorm(options: LayerNormOptions): Module {
  const { channels, epsilon = DEFAULT_EPSILON, affine = true } = options;
  assertWhole('layerNorm', 'channels', channels);
  return {
    parameters: affine ? affineParameters(channels) : {},
    outputShape: (place, x) => {
      assertChannelsLast('layerNorm', place, channels, x);
      return x;
    },
    apply: (scope, x) => {
      assertChannelsLast('layerNorm', scope, channels, x.shape);
      const axes = x.shape.slice(1).map((_, axis) => axis + 1);
      return standardise(x, momentsOver(x, axes), epsilon, affine ? affineOf(scope) : undefined);
    },
  };
}
