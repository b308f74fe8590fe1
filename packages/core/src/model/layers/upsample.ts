import * as tf from '@tensorflow/tfjs';
import { assertShape, assertWhole } from './assertShape.ts';
import type { Module } from './module.ts';

/**
 * Enlarges images by repeating pixels (torch `Upsample`, mode `nearest`).
 *
 * Shape: [N, H, W, C] → [N, factor·H, factor·W, C].
 *
 * @param factor whole number; default 2
 */
export function upsampleNearest(factor = 2): Module {
  assertWhole('upsampleNearest', 'factor', factor);
  return {
    parameters: {},
    outputShape: (place, x) => {
      assertShape('upsampleNearest', place, ['N', 'H', 'W', 'C'], x);
      return [x[0]!, factor * x[1]!, factor * x[2]!, x[3]!];
    },
    apply: (scope, x) => {
      assertShape('upsampleNearest', scope, ['N', 'H', 'W', 'C'], x.shape);
      return repeatPixels(x, factor);
    },
  };
}

/**
 * The gradient is the sum over each tile, written as a pooling: tfjs's own kernel for it reads the
 * wrong image of a batch on the cpu backend.
 */
const repeatPixels = (x: tf.Tensor, factor: number): tf.Tensor =>
  tf.customGrad((input) => {
    const images = input as tf.Tensor4D;
    const [, height, width] = images.shape;
    return {
      value: tf.image.resizeNearestNeighbor(images, [factor * height, factor * width]),
      gradFunc: (dy) => tf.mul(tf.avgPool(dy as tf.Tensor4D, factor, factor, 'valid'), factor ** 2),
    };
  })(x);

/**
 * Enlarges images by bilinear interpolation between pixel centres (torch `Upsample`, mode `bilinear`,
 * `align_corners=False`). Doubling makes each pixel ¾ of the nearest old one and ¼ of the next,
 * per axis; the border is repeated.
 *
 * tfjs's own gradient ignores the half-pixel centres; the compiler's gradient fixes right it.
 *
 * Shape: [N, H, W, C] → [N, factor·H, factor·W, C].
 *
 * @param factor whole number; default 2
 */
export function upsampleBilinear(factor = 2): Module {
  assertWhole('upsampleBilinear', 'factor', factor);
  return {
    parameters: {},
    outputShape: (place, x) => {
      assertShape('upsampleBilinear', place, ['N', 'H', 'W', 'C'], x);
      return [x[0]!, factor * x[1]!, factor * x[2]!, x[3]!];
    },
    apply: (scope, x) => {
      assertShape('upsampleBilinear', scope, ['N', 'H', 'W', 'C'], x.shape);
      const [, height, width] = (x as tf.Tensor4D).shape;
      const size: [number, number] = [factor * height, factor * width];
      return tf.image.resizeBilinear(x as tf.Tensor4D, size, false, true);
    },
  };
}
