import {
  assertTranslationSizes,
  outputShapeOf,
  translationDiscriminator,
  translationGenerator,
  type Module,
  type TranslationGeneratorOptions,
} from '@gan-zoo/core';
import type { Config } from './config.ts';

/** Channels of what is translated and of what it becomes. */
export function channelsOf({
  direction,
  channelsA,
  channelsB,
}: Pick<Config, 'direction' | 'channelsA' | 'channelsB'>): { source: 1 | 3; target: 1 | 3 } {
  return direction === 'a-to-b'
    ? { source: channelsA, target: channelsB }
    : { source: channelsB, target: channelsA };
}

/** What the generator is made of. */
export function generatorOptions(config: Config): TranslationGeneratorOptions {
  const { generator: kind, filters, norm, blocks, upsampling, dropout: dropoutRate } = config;
  const { source: inChannels, target: outChannels } = channelsOf(config);
  return { kind, inChannels, outChannels, filters, norm, blocks, upsampling, dropoutRate };
}

/**
 * The generator, and the discriminator, which judges a picture beside what it was made from.
 *
 * @throws UsageError when parts of the configuration do not go together
 */
export function createNetworks(config: Config): Record<'generator' | 'discriminator', Module> {
  assertTranslationSizes(config);
  const { source, target } = channelsOf(config);
  const { norm, discriminator: kind } = config;
  const networks = {
    generator: translationGenerator(generatorOptions(config)),
    discriminator: translationDiscriminator({
      kind,
      inChannels: source + target,
      filters: config.discriminatorFilters,
      // Spectral norm stands in for the other one.
      norm: config.spectralNorm ? 'none' : norm,
      spectral: config.spectralNorm,
    }),
  };
  const { imageSize } = config;
  outputShapeOf(networks.discriminator, [1, imageSize, imageSize, source + target]);
  return networks;
}
