import { unetGenerator, UsageError, type Module } from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import { patchStages } from '../patchStages.ts';

/** What the networks depend on. */
export type Pix2pixOptions = Pick<
  Settings,
  | 'imageSize'
  | 'channels'
  | 'filters'
  | 'discriminatorFilters'
  | 'norm'
  | 'dropout'
  | 'outputScale'
  | 'spectralNorm'
>;

/** How often a U-Net halves pictures: eight times at 256 px, at most, and to no odd side. */
export function levelsOf(imageSize: number, method: string): number {
  let levels = 0;
  while (levels < 8 && imageSize % 2 ** (levels + 1) === 0) levels += 1;
  if (levels >= 5) return levels;
  throw new UsageError(
    `--image-size: expected a multiple of 32 with --method ${method}, which halves pictures at ` +
      `least five times, received ${imageSize}.`,
  );
}

/**
 * pix2pix's U-Net and PatchGAN, which judges a glyph beside its source. 54,413,955 and 2,768,705
 * parameters at 256 px in colour.
 *
 * Paper: Isola et al., "Image-to-image translation with conditional adversarial networks"
 * (arXiv 1611.07004).
 *
 * @throws UsageError for sizes that cannot be halved five times
 */
export function createNetworks(options: Pix2pixOptions): {
  readonly generator: Module;
  readonly discriminator: Module<readonly [tf.Tensor], tf.Tensor[]>;
} {
  const { imageSize, channels, filters, discriminatorFilters, spectralNorm } = options;
  const { dropout: dropoutRate, outputScale } = options;
  const norm = options.norm === 'batch' ? 'batch' : 'instance';
  const levels = levelsOf(imageSize, 'pix2pix');
  return {
    generator: unetGenerator({
      ...{ inChannels: channels, outChannels: channels, filters, levels, norm },
      ...{ dropoutRate, outputScale },
    }),
    discriminator: patchStages({
      ...{ inChannels: 2 * channels, filters: discriminatorFilters, norm, spectral: spectralNorm },
    }),
  };
}
