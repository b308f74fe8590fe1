import { UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { formatShape, whoAt } from './assertShape.ts';
import type { Module } from './module.ts';

/**
 * Dropout (Srivastava et al. 2014): values are zeroed with probability `rate`, the others divided by
 * 1 − rate. Which ones is read from a mask of ones and zeros of the input's shape: the randomness of
 * a compiled step is an input. Without a mask, inference mode leaves the input as it is.
 *
 * Shape: any, unchanged.
 *
 * @param rate share of zeros, in [0, 1); default .5
 * @throws UserError for another rate, in training without a mask, and for a mask of another shape
 */
export function dropout(rate = 0.5): Module {
  if (!(rate >= 0 && rate < 1)) {
    throw new UserError(`dropout: expected a rate from 0 to below 1, received ${String(rate)}.`);
  }
  return {
    parameters: {},
    outputShape: (place, x) => {
      place.declareMask({ shape: x, keepProbability: 1 - rate });
      return x;
    },
    apply: (scope, x) => {
      const mask = scope.mask();
      if (mask === undefined && !scope.training) return x;
      if (mask?.shape.join() === x.shape.join()) return tf.mul(x, tf.div(mask, 1 - rate));
      const received = mask === undefined ? 'none' : formatShape(mask.shape);
      throw new UserError(
        `${whoAt('dropout', scope)}: expected a mask of shape ${formatShape(x.shape)}, received ` +
          `${received}. List the masks with dropoutMasks() and draw them with drawMasks().`,
      );
    },
  };
}
