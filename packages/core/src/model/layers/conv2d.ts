import { UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { assertShape, assertWhole, formatShape, whoAt } from './assertShape.ts';
import { torchDefaultBias, torchDefaultKernel } from './initializers.ts';
import type { Initializer, Module, ParameterSpecs, Place, Shape } from './module.ts';
import { marginsOf, tfPads, type Padding } from './padding.ts';

/** Options of {@link conv2d}. */
export interface Conv2dOptions {
  /** Channels of the input. */
  readonly inChannels: number;
  /** Channels of the output. */
  readonly filters: number;
  /** Height and width of the kernel in pixels. */
  readonly kernelSize: number;
  /** Step between kernel positions in pixels; default 1. */
  readonly strides?: number;
  /**
   * Zeros around the image: a number, [top, bottom, left, right], or `'same'` for TensorFlow's SAME
   * (output ⌈H / strides⌉; an odd zero goes to the bottom and right). Default 0.
   */
  readonly padding?: Padding | 'same';
  /** Add a bias per filter; default true. */
  readonly bias?: boolean;
  /** Default PyTorch's: U(±1/√fanIn). */
  readonly kernelInit?: Initializer;
  /** Default PyTorch's: U(±1/√fanIn). */
  readonly biasInit?: Initializer;
}

/**
 * Two-dimensional convolution (cross-correlation, as everywhere in deep learning).
 *
 * Parameters: `weight` [filters, inChannels, k, k], `bias` [filters].
 *
 * Shape: [N, H, W, inChannels] → [N, ⌊(H + top + bottom − k) / strides⌋ + 1, …, filters].
 *
 * @throws UserError for settings that are no positive whole numbers, and when applied to an input
 *   of other channels or smaller than the kernel
 */
export function conv2d(options: Conv2dOptions): Module {
  const { inChannels, filters, kernelSize, strides = 1, padding = 0 } = options;
  for (const [name, value] of Object.entries({ inChannels, filters, kernelSize, strides })) {
    assertWhole('conv2d', name, value);
  }
  const pad = tfPad('conv2d', padding);
  const outputShape = (place: Place, x: Shape): Shape => {
    assertShape('conv2d', place, ['N', 'H', 'W', inChannels], x);
    const output = convolvedShape(x, options);
    if (output[1]! > 0 && output[2]! > 0) return output;
    throw new UserError(
      `${whoAt('conv2d', place)}: expected an image at least as large as the kernel of ` +
        `${kernelSize} pixels, received ${formatShape(x)}. Use larger images.`,
    );
  };
  return {
    parameters: kernelParameters([filters, inChannels, kernelSize, kernelSize], filters, options),
    outputShape,
    apply: (scope, x) => {
      outputShape(scope, x.shape);
      const kernel = toTfKernel(scope.get('weight'));
      const y = tf.conv2d(x as tf.Tensor4D, kernel, strides, pad);
      return options.bias === false ? y : tf.add(y, scope.get('bias'));
    },
  };
}

/** [out, in, kh, kw] → [kh, kw, in, out], and for transposed ones [in, out, …] → [kh, kw, out, in]. */
export const toTfKernel = (weight: tf.Tensor): tf.Tensor4D =>
  tf.transpose(weight as tf.Tensor4D, [2, 3, 1, 0]);

/** `weight` of the given torch shape and, unless `bias` is false, `bias`. */
export function kernelParameters(
  weightShape: Shape,
  outputs: number,
  { bias = true, kernelInit, biasInit }: Pick<Conv2dOptions, 'bias' | 'kernelInit' | 'biasInit'>,
): ParameterSpecs {
  const weight = {
    shape: weightShape,
    initialise: kernelInit ?? torchDefaultKernel(),
    kind: 'parameter',
    role: 'kernel',
  } as const;
  if (!bias) return { weight };
  return {
    weight,
    bias: {
      shape: [outputs],
      initialise: biasInit ?? torchDefaultBias(weightShape),
      kind: 'parameter',
      role: 'bias',
    },
  };
}

/** Padding as tfjs takes it: a number where all sides are equal, which every backend knows. */
function tfPad(who: string, padding: Padding | 'same'): Parameters<typeof tf.conv2d>[3] {
  if (padding === 'same') return 'same';
  const margins = marginsOf(who, padding);
  return margins.every((side) => side === margins[0]) ? margins[0] : tfPads(margins);
}

function convolvedShape(x: Shape, options: Conv2dOptions): Shape {
  const { filters, kernelSize, strides = 1, padding = 0 } = options;
  const [n, height, width] = x as [number, number, number];
  if (padding === 'same') {
    return [n, Math.ceil(height / strides), Math.ceil(width / strides), filters];
  }
  const [top, bottom, left, right] = marginsOf('conv2d', padding);
  const extent = (size: number): number => Math.floor((size - kernelSize) / strides) + 1;
  return [n, extent(height + top + bottom), extent(width + left + right), filters];
}
