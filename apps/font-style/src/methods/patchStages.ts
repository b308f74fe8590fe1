import {
  conv2d,
  convBeforeNorm,
  leakyRelu,
  named,
  normLayer,
  sequential,
  spectralNorm,
  type Conv2dOptions,
  type Layer,
  type Module,
} from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import { stages } from './stages.ts';

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

/**
 * The 70×70 PatchGAN discriminator (Isola et al. 2016, arXiv 1611.07004) with its features: C4 to
 * 1, 2 and 4 times `filters` at stride 2, to 8 times at stride 1, and to the map of logits.
 *
 * Parameters: `model.<index in torch's Sequential>.…`, as core's `patchDiscriminator` has them.
 *
 * Shape: [N, H, W, inChannels] → features of four layers, and logits [N, h, w, 1].
 */
export function patchStages(
  options: PatchStagesOptions,
): Module<readonly [tf.Tensor], tf.Tensor[]> {
  const { inChannels, filters, spectral } = options;
  const norm = spectral ? 'none' : options.norm;
  const conv = (own: Conv2dOptions): Layer => {
    const layer = conv2d({ ...own, kernelSize: 4, padding: 1 });
    return spectral ? spectralNorm(layer) : layer;
  };
  const hidden = [0, 1, 2].map((layer) => {
    const [from, to] = [filters * 2 ** layer, filters * 2 ** (layer + 1)];
    const own = { inChannels: from, filters: to, kernelSize: 4, strides: layer < 2 ? 2 : 1 };
    const first = 2 + 3 * layer;
    return sequential({
      [first]: convBeforeNorm(norm, to, ({ bias }) => conv({ ...own, bias })),
      [first + 1]: normLayer(norm, to),
      [first + 2]: leakyRelu(),
    });
  });
  const first = conv({ inChannels, filters, kernelSize: 4, strides: 2 });
  const last = conv({ inChannels: 8 * filters, filters: 1, kernelSize: 4 });
  const outer = [sequential({ 0: first, 1: leakyRelu() }), sequential({ 11: last })] as const;
  return named('model', stages([outer[0], ...hidden, outer[1]]));
}
