import * as tf from '@tensorflow/tfjs';
import { UserError } from '../errors.ts';
import { rule, runKernel } from './registry.ts';

/** The kernels of one kind of convolution. */
interface ConvolutionKernels {
  readonly forward: string;
  readonly backpropInput: string;
  readonly backpropFilter: string;
  /** Whether the kernels of the gradients expect dilations, of 1, too. */
  readonly isDilated: boolean;
}

/** Attributes that the three kernels share. */
interface Geometry {
  readonly strides: number | [number, number];
  readonly pad: string | number | number[][];
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dilations?: number | [number, number];
}

/**
 * A convolution is linear in image x and in filter w, so with y = x ∗ w the maps
 * (dy, w) → dx and (x, dy) → dw are too, and each of the three is the gradient of the other two.
 * tfjs has no entry for dw, and loses the rounding mode in that of y.
 */
function convolutionGradients(kernels: ConvolutionKernels): tf.GradConfig[] {
  const forward = (x: tf.Tensor, filter: tf.Tensor, geometry: Geometry) =>
    runKernel(kernels.forward, { x, filter }, { ...geometry, dilations: [1, 1] });
  const toInput = (dy: tf.Tensor, filter: tf.Tensor, inputShape: number[], geometry: Geometry) =>
    runKernel(kernels.backpropInput, { dy, filter }, { ...geometry, inputShape });
  const toFilter = (x: tf.Tensor, dy: tf.Tensor, filterShape: number[], geometry: Geometry) =>
    runKernel(kernels.backpropFilter, { x, dy }, { ...geometry, filterShape });
  return [
    rule(kernels.forward, ['x', 'filter'], (dy, { x, filter }, attrs: Geometry) => {
      assertUndilated(kernels.forward, attrs);
      const geometry = geometryOf(kernels, attrs);
      return {
        x: () => toInput(dy, filter, x.shape, geometry),
        filter: () => toFilter(x, dy, filter.shape, geometry),
      };
    }),
    rule(kernels.backpropInput, ['dy', 'filter'], (ddx, { dy, filter }, attrs: Geometry) => {
      const geometry = geometryOf(kernels, attrs);
      return {
        dy: () => forward(ddx, filter, geometry),
        filter: () => toFilter(ddx, dy, filter.shape, geometry),
      };
    }),
    rule(kernels.backpropFilter, ['x', 'dy'], (ddw, { x, dy }, attrs: Geometry) => {
      const geometry = geometryOf(kernels, attrs);
      return {
        x: () => toInput(dy, ddw, x.shape, geometry),
        dy: () => forward(x, ddw, geometry),
      };
    }),
  ];
}

/** Without shapes, and without attributes that the kernel does not have. */
function geometryOf({ isDilated }: ConvolutionKernels, attrs: Geometry): Geometry {
  const { strides, pad, dataFormat, dimRoundingMode } = attrs;
  return {
    strides,
    pad,
    ...(isDilated && { dilations: [1, 1] }),
    ...(dataFormat && { dataFormat }),
    ...(dimRoundingMode && { dimRoundingMode }),
  };
}

function assertUndilated(kernel: string, { dilations = 1 }: Geometry): void {
  if ([dilations].flat().every((dilation) => dilation === 1)) return;
  throw new UserError(
    `gradients: expected ${kernel} with dilations 1, received ${JSON.stringify(dilations)}: tfjs ` +
      `has no kernel for the gradient of a dilated convolution. Use a larger filter instead.`,
  );
}

/** Corrected gradients of plain, transposed and depthwise convolutions in two dimensions. */
export const convolutionGradientFixes: readonly tf.GradConfig[] = [
  ...convolutionGradients({
    forward: tf.Conv2D,
    backpropInput: tf.Conv2DBackpropInput,
    backpropFilter: tf.Conv2DBackpropFilter,
    isDilated: false,
  }),
  ...convolutionGradients({
    forward: tf.DepthwiseConv2dNative,
    backpropInput: tf.DepthwiseConv2dNativeBackpropInput,
    backpropFilter: tf.DepthwiseConv2dNativeBackpropFilter,
    isDilated: true,
  }),
];
