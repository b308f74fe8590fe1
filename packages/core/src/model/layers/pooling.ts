import { UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { assertShape, assertWhole, formatShape, whoAt } from './assertShape.ts';
import type { Module, Place, Shape } from './module.ts';

/** Options of {@link avgPool}. */
export interface AvgPoolOptions {
  /** Height and width of the window in pixels. */
  readonly size: number;
  /** Step between windows; default `size`. */
  readonly strides?: number;
  /** Margin on every side, whose pixels do not count in the mean; default 0. */
  readonly padding?: number;
}

/**
 * The mean of every window (torch `AvgPool2d` with `count_include_pad=False`). tfjs's own gradient is
 * wrong at padded margins and has no second order; the compiler's gradient fixes right both.
 *
 * Shape: [N, H, W, C] → [N, ⌊(H + 2·padding − size) / strides⌋ + 1, …, C].
 */
export function avgPool({ size, strides = size, padding = 0 }: AvgPoolOptions): Module {
  assertWhole('avgPool', 'size', size);
  assertWhole('avgPool', 'strides', strides);
  assertWhole('avgPool', 'padding', padding, 0);
  const extent = (pixels: number): number =>
    Math.floor((pixels + 2 * padding - size) / strides) + 1;
  const outputShape = (place: Place, x: Shape): Shape => {
    assertShape('avgPool', place, ['N', 'H', 'W', 'C'], x);
    const [height, width] = [extent(x[1]!), extent(x[2]!)];
    if (height > 0 && width > 0) return [x[0]!, height, width, x[3]!];
    throw new UserError(
      `${whoAt('avgPool', place)}: expected an image of at least ${size - 2 * padding} pixels ` +
        `a side, received ${formatShape(x)}. Use larger images.`,
    );
  };
  return {
    parameters: {},
    outputShape,
    apply: (scope, x) => {
      outputShape(scope, x.shape);
      return tf.avgPool(x as tf.Tensor4D, size, strides, padding === 0 ? 'valid' : padding);
    },
  };
}

/** The sum over all pixels. Shape: [N, H, W, C] → [N, C]. */
export const globalSumPool = (): Module => globalPool('globalSumPool', (x) => tf.sum(x, [1, 2]));

/** The mean over all pixels. Shape: [N, H, W, C] → [N, C]. */
export const globalAveragePool = (): Module =>
  globalPool('globalAveragePool', (x) => tf.mean(x, [1, 2]));

function globalPool(who: string, reduce: (x: tf.Tensor) => tf.Tensor): Module {
  return {
    parameters: {},
    outputShape: (place, x) => {
      assertShape(who, place, ['N', 'H', 'W', 'C'], x);
      return [x[0]!, x[3]!];
    },
    apply: (scope, x) => {
      assertShape(who, scope, ['N', 'H', 'W', 'C'], x.shape);
      return reduce(x);
    },
  };
}
