import { sizeOf, UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { assertWhole, formatShape, whoAt } from './assertShape.ts';
import { ones, zeros } from './initializers.ts';
import type { Module, ParameterSpecs, Place, Scope, Shape } from './module.ts';
import {
  affineParameters,
  affineOf,
  DEFAULT_EPSILON,
  momentsOver,
  standardise,
  type Moments,
} from './normalise.ts';

/** Options of {@link batchNorm}. */
export interface BatchNormOptions {
  readonly channels: number;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
  /** Share of the new batch in the running statistics; default .1 (a TF decay of .9). */
  readonly momentum?: number;
  /** Learn a scale and a shift per channel; default true. */
  readonly affine?: boolean;
  /** Keep running statistics for inference mode; without them both modes use the batch. Default true. */
  readonly trackStatistics?: boolean;
  /** Use the running statistics in training too and leave them as they are; default false. */
  readonly frozen?: boolean;
}

/**
 * Batch normalisation (Ioffe and Szegedy 2015, arXiv 1502.03167) as PyTorch computes it.
 *
 * y = (x − E[x]) / √(Var[x] + ε)·weight + bias, with mean and biased variance per channel over all
 * other axes. In training the running statistics become (1 − momentum)·running + momentum·batch,
 * where the batch's variance is the unbiased one; in inference mode they take the batch's place.
 *
 * Parameters: `weight`, `bias` [channels]; buffers: `running_mean`, `running_var` [channels].
 *
 * Shape: [N, H, W, channels] or [N, channels], unchanged.
 *
 * @throws UserError when training on a single value per channel, when `frozen` has no statistics,
 *   and for other inputs
 */
export function batchNorm(options: BatchNormOptions): Module {
  const { channels, affine = true, trackStatistics = true, frozen = false } = options;
  const { epsilon = DEFAULT_EPSILON, momentum = 0.1 } = options;
  assertWhole('batchNorm', 'channels', channels);
  assertFrozen(frozen, trackStatistics);
  const outputShape = (place: Place, x: Shape): Shape => {
    assertChannelsLast('batchNorm', place, channels, x);
    return x;
  };
  return {
    parameters: {
      ...(affine ? affineParameters(channels) : {}),
      ...(trackStatistics ? statisticsBuffers(channels) : {}),
    },
    outputShape,
    apply: (scope, x) => {
      outputShape(scope, x.shape);
      const fromBatch = !trackStatistics || (scope.training && !frozen);
      const moments = fromBatch ? batchMoments(scope, x) : runningMoments(scope);
      if (fromBatch && trackStatistics && scope.training) {
        updateStatistics(scope, moments, sizeOf(x.shape) / channels, momentum);
      }
      return standardise(x, moments, epsilon, affine ? affineOf(scope) : undefined);
    },
  };
}

/**
 * Asserts [N, channels] or [N, H, W, channels].
 *
 * @throws UserError with who, expected and received
 */
export function assertChannelsLast(who: string, place: Place, channels: number, x: Shape): void {
  if ((x.length === 2 || x.length === 4) && x.at(-1) === channels) return;
  throw new UserError(
    `${whoAt(who, place)}: expected an input of shape [N, H, W, ${channels}] or ` +
      `[N, ${channels}], received ${formatShape(x)}.`,
  );
}

const statisticsBuffers = (channels: number): ParameterSpecs => ({
  running_mean: { shape: [channels], initialise: zeros(), kind: 'buffer', role: 'statistic' },
  running_var: { shape: [channels], initialise: ones(), kind: 'buffer', role: 'statistic' },
});

const runningMoments = (scope: Scope): Moments => ({
  mean: scope.get('running_mean'),
  variance: scope.get('running_var'),
});

function batchMoments(scope: Scope, x: tf.Tensor): Moments {
  if (scope.training && sizeOf(x.shape.slice(0, -1)) < 2) {
    throw new UserError(
      `${whoAt('batchNorm', scope)}: expected more than one value per channel in training, ` +
        `received ${formatShape(x.shape)}. Use a larger batch, larger images or another norm.`,
    );
  }
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  return momentsOver(x, axes);
}

/** `count` values went into each moment; count / (count − 1) makes the variance unbiased. */
function updateStatistics(scope: Scope, batch: Moments, count: number, momentum: number): void {
  const blend = (name: string, value: tf.Tensor, share: number): void => {
    const kept = tf.mul(scope.get(name), 1 - momentum);
    scope.set(name, tf.add(kept, tf.mul(tf.reshape(value, [-1]), share)));
  };
  blend('running_mean', batch.mean, momentum);
  blend('running_var', batch.variance, (momentum * count) / (count - 1));
}

function assertFrozen(frozen: boolean, trackStatistics: boolean): void {
  if (!frozen || trackStatistics) return;
  throw new UserError(
    'batchNorm: expected trackStatistics with frozen, received trackStatistics: false. ' +
      'A frozen batch norm needs running statistics to use.',
  );
}
