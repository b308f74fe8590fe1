import { UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { assertShape, assertWhole } from './assertShape.ts';
import { kernelParameters, toTfKernel } from './conv2d.ts';
import type { Initializer, Module, Place, Shape } from './module.ts';

/** Options of {@link conv2dTranspose}. */
export interface Conv2dTransposeOptions {
  /** Channels of the input. */
  readonly inChannels: number;
  /** Channels of the output. */
  readonly filters: number;
  /** Height and width of the kernel in pixels. */
  readonly kernelSize: number;
  /** How many output pixels one input pixel moves the kernel; default 1. */
  readonly strides?: number;
  /**
   * Rows and columns cut off on every side of the full result (torch's `padding`), or `'same'` for
   * the transpose of TensorFlow's SAME, whose output is H·strides. Default 0.
   */
  readonly padding?: number | 'same';
  /** Rows and columns added at the bottom and right, below `strides`; default 0. */
  readonly outputPadding?: number;
  /** Add a bias per filter; default true. */
  readonly bias?: boolean;
  /** Default PyTorch's: U(±1/√fanIn), its fanIn being filters·k². */
  readonly kernelInit?: Initializer;
  /** Default PyTorch's: U(±1/√fanIn). */
  readonly biasInit?: Initializer;
}

/**
 * Transposed convolution: the gradient of {@link conv2d} with respect to its input, used to enlarge
 * images (torch `ConvTranspose2d`).
 *
 * Parameters: `weight` [inChannels, filters, k, k], `bias` [filters].
 *
 * Shape: [N, H, W, inChannels] → [N, (H − 1)·strides − 2·padding + k + outputPadding, …, filters].
 *
 * @throws UserError for impossible settings, and when applied to an input of other channels
 */
export function conv2dTranspose(options: Conv2dTransposeOptions): Module {
  assertOptions(options);
  const { inChannels, filters, kernelSize, strides = 1, padding = 0 } = options;
  const outputShape = (place: Place, x: Shape): Shape => {
    assertShape('conv2dTranspose', place, ['N', 'H', 'W', inChannels], x);
    return [x[0]!, enlarged(x[1]!, options), enlarged(x[2]!, options), filters];
  };
  return {
    parameters: kernelParameters([inChannels, filters, kernelSize, kernelSize], filters, options),
    outputShape,
    apply: (scope, x) => {
      const y = tf.conv2dTranspose(
        x as tf.Tensor4D,
        toTfKernel(scope.get('weight')),
        outputShape(scope, x.shape) as [number, number, number, number],
        strides,
        padding,
      );
      return options.bias === false ? y : tf.add(y, scope.get('bias'));
    },
  };
}

function enlarged(size: number, options: Conv2dTransposeOptions): number {
  const { kernelSize, strides = 1, padding = 0, outputPadding = 0 } = options;
  if (padding === 'same') return size * strides;
  return (size - 1) * strides - 2 * padding + kernelSize + outputPadding;
}

function assertOptions(options: Conv2dTransposeOptions): void {
  const { inChannels, filters, kernelSize, strides = 1, padding = 0, outputPadding = 0 } = options;
  const positive = { inChannels, filters, kernelSize, strides };
  for (const [name, value] of Object.entries(positive)) {
    assertWhole('conv2dTranspose', name, value);
  }
  assertWhole('conv2dTranspose', 'outputPadding', outputPadding, 0);
  if (padding !== 'same') assertWhole('conv2dTranspose', 'padding', padding, 0);
  const highest = padding === 'same' ? 0 : strides - 1;
  if (outputPadding <= highest) return;
  throw new UserError(
    `conv2dTranspose: expected outputPadding of at most ${highest} ` +
      `(below strides; 0 with padding 'same'), received ${outputPadding}.`,
  );
}
