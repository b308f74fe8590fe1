import {
  composed,
  conv2d,
  convBeforeNorm,
  leakyRelu,
  named,
  normLayer,
  spectralNorm,
  type Conv2dOptions,
  type Layer,
  type Module,
} from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import { everyResult } from './everyResult.ts';

/** Options of {@link patchStages}. */
export interface PatchStagesOptions {
  /** Channels of what it judges. */
  readonly inChannels: number;
  /** Channels of the first layer. */
  readonly filters: number;
  readonly norm: 'batch' | 'instance';
  /** Spectral norm on every convolution, in place of `norm`. */
  readonly spectral: boolean;
}

/** A discriminator's verdicts, and the features that they are drawn from, layer by layer. */
export interface PatchVerdict {
  readonly logits: tf.Tensor;
  readonly features: tf.Tensor[];
}

/**
 * The 70×70 PatchGAN discriminator (Isola et al. 2016, arXiv 1611.07004) with its features: C4 to
 * 1, 2 and 4 times `filters` at stride 2, to 8 times at stride 1, and to the map of logits.
 *
 * Parameters: `model.<index in torch's Sequential>.…`, as core's `patchDiscriminator` has them.
 *
 * Shape: [N, H, W, inChannels] → logits [N, h, w, 1], and features of four layers.
 */
export function patchStages(
  options: PatchStagesOptions,
): Module<readonly [tf.Tensor], PatchVerdict> {
  const { inChannels, filters, spectral } = options;
  const norm = spectral ? 'none' : options.norm;
  const conv = (own: Omit<Conv2dOptions, 'kernelSize' | 'padding'>): Layer => {
    const layer = conv2d({ ...own, kernelSize: 4, padding: 1 });
    return spectral ? spectralNorm(layer) : layer;
  };
  const layers: Record<number, Layer> = { 0: conv({ inChannels, filters, strides: 2 }) };
  layers[1] = leakyRelu();
  for (const [layer, strides] of [2, 2, 1].entries()) {
    const [from, to] = [filters * 2 ** layer, filters * 2 ** (layer + 1)];
    const own = { inChannels: from, filters: to, strides };
    const first = 2 + 3 * layer;
    layers[first] = convBeforeNorm(norm, to, ({ bias }) => conv({ ...own, bias }));
    layers[first + 1] = normLayer(norm, to);
    layers[first + 2] = leakyRelu();
  }
  layers[11] = conv({ inChannels: 8 * filters, filters: 1 });
  return named(
    'model',
    composed(layers, (parts, x: tf.Tensor): PatchVerdict => {
      const results = everyResult(Object.values(parts), x);
      return { logits: results[11]!, features: [1, 4, 7, 10].map((at) => results[at]!) };
    }),
  );
}
