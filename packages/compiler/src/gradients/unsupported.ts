import * as tf from '@tensorflow/tfjs';
import { UserError } from '../errors.ts';
import { findGradient } from './registry.ts';

/** Kernels without a gradient, and the functions that need it. */
export const UNSUPPORTED: Readonly<Record<string, string>> = {
  [tf.AvgPool3DGrad]: 'tf.avgPool3d at second order',
  [tf.Conv3DBackpropFilterV2]: 'tf.conv3d at second order',
  [tf.Conv3DBackpropInputV2]: 'tf.conv3d at second order, or tf.conv3dTranspose',
  [tf.CropAndResize]: 'tf.image.cropAndResize',
  [tf.Cumprod]: 'tf.cumprod',
  [tf.Dilation2DBackpropFilter]: 'tf.dilation2d at second order',
  [tf.Dilation2DBackpropInput]: 'tf.dilation2d at second order',
  [tf.LRNGrad]: 'tf.localResponseNormalization at second order',
  [tf.MaxPool3DGrad]: 'tf.maxPool3d at second order',
  [tf.TensorScatterUpdate]: 'tf.tensorScatterUpdate',
  [tf.Transform]: 'tf.image.transform',
};

/** Entries that throw: nothing is silently wrong. */
export const unsupportedGradients: readonly tf.GradConfig[] = Object.entries(UNSUPPORTED).map(
  ([kernelName, functions]) => ({
    kernelName,
    gradFunc: () => {
      throw new UserError(
        `gradients: ${kernelName} has no gradient: nothing can be differentiated through ` +
          `${functions}. ` +
          `Express that part by other operations, or keep it out of what is differentiated.`,
      );
    },
  }),
);

/** tfjs's entry, refused where the cpu kernel divides by whole windows although some are not. */
export function avgPool3dGradient(): tf.GradConfig {
  const original = findGradient(tf.AvgPool3D) as tf.GradConfig;
  return {
    ...original,
    gradFunc: (dy, saved, attrs) => {
      assertWholeWindows((saved[0] as tf.Tensor).shape, attrs as unknown as tf.AvgPool3DAttrs);
      return original.gradFunc(dy, saved, attrs);
    },
  };
}

function assertWholeWindows(shape: number[], attrs: tf.AvgPool3DAttrs): void {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const { padInfo } = tf.backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { front, back, top, bottom, left, right } = padInfo;
  if ([front, back, top, bottom, left, right].every((rows) => rows === 0)) return;
  throw new UserError(
    `gradients: expected tf.avgPool3d without padding, received pad ${JSON.stringify(pad)} for ` +
      `shape [${shape.join(', ')}]: tfjs's gradient of padded windows is wrong. Use 'valid'.`,
  );
}
