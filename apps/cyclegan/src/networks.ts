import {
  assertTranslationSizes,
  outputShapeOf,
  translationDiscriminator,
  translationGenerator,
  translationMultiple,
  UsageError,
  type Module,
  type TranslationGeneratorOptions,
} from '@gan-zoo/core';
import type { Config } from './config.ts';

/** The four networks, in the order in which a step needs them. */
export const networkNames = [
  'generatorAtoB',
  'generatorBtoA',
  'discriminatorA',
  'discriminatorB',
] as const;

/** A network's name in the state; `discriminatorB` judges pictures of domain B. */
export type NetworkName = (typeof networkNames)[number];

/** What a generator is made of, by the direction of translation. */
export function generatorOptions(
  config: Config,
  direction: 'a-to-b' | 'b-to-a',
): TranslationGeneratorOptions {
  const { channelsA, channelsB, filters, norm, blocks, upsampling, residual } = config;
  const [inChannels, outChannels] =
    direction === 'a-to-b' ? [channelsA, channelsB] : [channelsB, channelsA];
  const shared = { filters, norm, blocks, upsampling, residual, dropoutRate: 0 };
  return { kind: config.generator, inChannels, outChannels, ...shared };
}

/**
 * The four networks of a configuration.
 *
 * @throws UsageError when parts of the configuration do not go together
 */
export function createNetworks(config: Config): Readonly<Record<NetworkName, Module>> {
  assertCompatible(config);
  const discriminator = (inChannels: number): Module =>
    translationDiscriminator({
      kind: config.discriminator,
      inChannels,
      filters: config.discriminatorFilters,
      // Spectral norm stands in for the other one.
      norm: config.spectralNorm ? 'none' : config.norm,
      spectral: config.spectralNorm,
    });
  const networks = {
    generatorAtoB: translationGenerator(generatorOptions(config, 'a-to-b')),
    generatorBtoA: translationGenerator(generatorOptions(config, 'b-to-a')),
    discriminatorA: discriminator(config.channelsA),
    discriminatorB: discriminator(config.channelsB),
  };
  assertSeesPatches(config, networks.discriminatorA);
  return networks;
}

/** The least side of a map of logits: behind it, the last norm needs two pixels to compare. */
const leastMap = { 'patch-70': 1, 'patch-94': 2, pixel: 1 } as const;

/** Refuses pictures of which a discriminator would see no whole patch. */
function assertSeesPatches(config: Config, discriminator: Module): void {
  const { imageSize, channelsA } = config;
  const sees = (side: number): boolean => {
    try {
      const [, map] = outputShapeOf(discriminator, [1, side, side, channelsA]);
      return map! >= leastMap[config.discriminator];
    } catch {
      return false;
    }
  };
  if (sees(imageSize)) return;
  const multiple = translationMultiple(config.generator);
  let side = multiple;
  while (!sees(side)) side += multiple;
  throw new UsageError(
    `--image-size: expected pictures of which --discriminator ${config.discriminator} sees at ` +
      `least one patch, received ${imageSize}. Use at least ${side}, or --discriminator pixel.`,
  );
}

/** Refuses combinations of options that cannot work, each with its reason. */
function assertCompatible(config: Config): void {
  assertTranslationSizes(config);
  const { channelsA, channelsB, lambdaIdentity } = config;
  if (channelsA !== channelsB && lambdaIdentity > 0) {
    throw new UsageError(
      `--lambda-identity: expected 0 for --channels-a ${channelsA} and --channels-b ${channelsB}: ` +
        `a generator takes pictures of its own target only when both have equal channels. ` +
        `Received ${lambdaIdentity}.`,
    );
  }
  if (channelsA !== channelsB && config.residual) {
    throw new UsageError(
      `--residual: expected equal channels, of which a generator can draw the difference, received ` +
        `--channels-a ${channelsA} and --channels-b ${channelsB}.`,
    );
  }
  if (config.loss === 'wgan-gp' && config.norm === 'batch') {
    throw new UsageError(
      '--norm: expected instance for --loss wgan-gp, received batch. The gradient penalty is one ' +
        'per picture, and batch norm mixes the pictures of a batch.',
    );
  }
  if (config.loss === 'wgan-gp' && config.labelSmoothing > 0) {
    throw new UsageError(
      `--label-smoothing: expected 0 for --loss wgan-gp, whose critic answers without labels, ` +
        `received ${config.labelSmoothing}.`,
    );
  }
}
