import { unetGenerator } from '@gan-zoo/core';
import type { Settings } from '../../settings.ts';
import { widthsOf } from '../widthsOf.ts';
import { patchStages } from '../patchStages.ts';

/**
 * pix2pix's U-Net and PatchGAN, which judges a glyph beside its source. 54,413,955 and 2,768,705
 * parameters at 256 px in colour.
 *
 * @throws UsageError for sizes that cannot be halved five times
 */
export function createNetworks(config: Settings) {
  const { channels, filters, discriminatorFilters, spectralNorm } = config;
  const norm = config.norm === 'batch' ? 'batch' : 'instance';
  const levels = widthsOf(config, 5).length;
  return {
    generator: unetGenerator({
      ...{ inChannels: channels, outChannels: channels, filters, levels, norm },
      ...{ dropoutRate: config.dropout, outputScale: config.outputScale },
    }),
    discriminator: patchStages({
      ...{ inChannels: 2 * channels, filters: discriminatorFilters, norm, spectral: spectralNorm },
    }),
  };
}
