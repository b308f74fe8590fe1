import { sizeOf } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { assertShape, assertWhole } from './assertShape.ts';
import type { Module } from './module.ts';

/**
 * Lays out each image as one row in torch's order (channel by channel), so that the dense layer
 * behind it has the weights it would have in PyTorch.
 *
 * Shape: [N, H, W, C] → [N, C·H·W].
 */
export const flatten = (): Module => ({
  parameters: {},
  outputShape: (place, x) => {
    assertShape('flatten', place, ['N', 'H', 'W', 'C'], x);
    return [x[0]!, sizeOf(x.slice(1))];
  },
  apply: (scope, x) => {
    assertShape('flatten', scope, ['N', 'H', 'W', 'C'], x.shape);
    return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], sizeOf(x.shape.slice(1))]);
  },
});

/** Extents of an image without its batch. */
export interface ImageExtents {
  /** Pixels. */
  readonly height: number;
  /** Pixels. */
  readonly width: number;
  readonly channels: number;
}

/**
 * The opposite of {@link flatten}: rows in torch's order become images (torch `view(N, C, H, W)`).
 *
 * Shape: [N, C·H·W] → [N, H, W, C].
 */
export function unflatten({ height, width, channels }: ImageExtents): Module {
  for (const [name, value] of Object.entries({ height, width, channels })) {
    assertWhole('unflatten', name, value);
  }
  const features = height * width * channels;
  return {
    parameters: {},
    outputShape: (place, x) => {
      assertShape('unflatten', place, ['N', features], x);
      return [x[0]!, height, width, channels];
    },
    apply: (scope, x) => {
      assertShape('unflatten', scope, ['N', features], x.shape);
      return tf.transpose(tf.reshape(x, [x.shape[0], channels, height, width]), [0, 2, 3, 1]);
    },
  };
}
