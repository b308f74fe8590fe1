import { UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { assertShape, assertWhole, formatShape, whoAt } from './assertShape.ts';
import type { Module, Place, Shape } from './module.ts';

/**
 * Turns channels into pixels (Shi et al. 2016, arXiv 1609.05158; torch `PixelShuffle`): channel
 * c·r² + i·r + j of a pixel becomes channel c of row i, column j of its r×r tile. TensorFlow's
 * depthToSpace orders channels as (i·r + j)·C + c, so torch's weights need this one.
 *
 * Shape: [N, H, W, C·r²] → [N, r·H, r·W, C].
 *
 * @param factor r, a whole number; default 2
 * @throws UserError when the channels are no multiple of r²
 */
export function pixelShuffle(factor = 2): Module {
  assertWhole('pixelShuffle', 'factor', factor);
  const outputShape = (place: Place, x: Shape): Shape => {
    assertShape('pixelShuffle', place, ['N', 'H', 'W', 'C'], x);
    const channels = x[3]! / factor ** 2;
    if (Number.isInteger(channels)) return [x[0]!, factor * x[1]!, factor * x[2]!, channels];
    throw new UserError(
      `${whoAt('pixelShuffle', place)}: expected channels that are a multiple of ${factor ** 2}, ` +
        `received ${formatShape(x)}.`,
    );
  };
  return {
    parameters: {},
    outputShape,
    apply: (scope, x) => {
      const [n, height, width, channels] = outputShape(scope, x.shape) as [
        number,
        number,
        number,
        number,
      ];
      const [h, w] = [height / factor, width / factor];
      // [N, H, W, C·r²] → [N, C·r², H, W] → [N, C, i, j, H, W] → [N, C, H, i, W, j].
      const channelsFirst = tf.transpose(x, [0, 3, 1, 2]);
      const tiles = tf.reshape(channelsFirst, [n, channels, factor, factor, h, w]);
      const interleaved = tf.transpose(tiles, [0, 1, 4, 2, 5, 3]);
      return tf.transpose(tf.reshape(interleaved, [n, channels, height, width]), [0, 2, 3, 1]);
    },
  };
}
