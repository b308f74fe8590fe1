import { UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { assertShape, assertWhole, formatShape, whoAt } from './assertShape.ts';
import type { Module, Place, Shape } from './module.ts';

/**
 * Appends one channel that tells how much the samples of a group differ (Karras et al. 2017, arXiv
 * 1710.10196): the standard deviation over the group, averaged over all features. A discriminator
 * sees by it when a generator repeats itself.
 *
 * Sample n belongs to group n mod (N / groupSize), as in StyleGAN.
 *
 * Shape: [N, H, W, C] → [N, H, W, C + 1].
 *
 * @param groupSize samples per group, the whole batch when it is smaller; default 4
 * @throws UserError when applied to a batch that is no multiple of the group
 */
export function minibatchStdDev(groupSize = 4): Module {
  assertWhole('minibatchStdDev', 'groupSize', groupSize);
  const outputShape = (place: Place, x: Shape): Shape => {
    assertShape('minibatchStdDev', place, ['N', 'H', 'W', 'C'], x);
    if (x[0]! % Math.min(groupSize, x[0]!) === 0) return [...x.slice(0, 3), x[3]! + 1];
    throw new UserError(
      `${whoAt('minibatchStdDev', place)}: expected a batch that is a multiple of the group of ` +
        `${groupSize}, received ${formatShape(x)}.`,
    );
  };
  return {
    parameters: {},
    outputShape,
    apply: (scope, x) => {
      outputShape(scope, x.shape);
      const [n, height, width, channels] = (x as tf.Tensor4D).shape;
      const members = Math.min(groupSize, n);
      const groups = n / members;
      const rows = tf.reshape(x, [members, groups, height * width * channels]);
      const centred = tf.sub(rows, tf.mean(rows, 0, true));
      const variance = tf.mean(tf.square(centred), 0);
      const deviation = tf.mean(tf.sqrt(tf.add(variance, 1e-8)), 1);
      const perSample = tf.reshape(tf.tile(deviation, [members]), [n, 1, 1, 1]);
      return tf.concat([x, tf.tile(perSample, [1, height, width, 1])], 3);
    },
  };
}
