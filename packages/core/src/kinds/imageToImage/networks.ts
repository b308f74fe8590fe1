import { UsageError } from '@gan-zoo/compiler';
import { outputShapeOf, type Module } from '../../model/layers/index.ts';
import {
  assertTranslationSizes,
  translationDiscriminator,
  translationGenerator,
  translationMultiple,
  type TranslationGeneratorOptions,
} from '../../model/networks/index.ts';
import type { Direction } from './definition.ts';
import type { ImageToImageConfig } from './fields.ts';

/** Channels of what is translated and of what it becomes. */
export const channelsOf = (
  { channelsA, channelsB }: Pick<ImageToImageConfig, 'channelsA' | 'channelsB'>,
  direction: Direction,
) =>
  direction === 'a-to-b'
    ? { source: channelsA, target: channelsB }
    : { source: channelsB, target: channelsA };

/** What a generator is made of, by the direction of translation. */
export function generatorOptions(
  config: ImageToImageConfig,
  direction: Direction,
): TranslationGeneratorOptions {
  const { generator: kind, filters, norm, blocks, upsampling, residual } = config;
  const { source: inChannels, target: outChannels } = channelsOf(config, direction);
  const shared = { filters, norm, blocks, upsampling, residual, dropoutRate: config.dropout };
  return { kind, inChannels, outChannels, ...shared };
}

/**
 * The generator of a configuration: [N, S, S, C] → [N, S, S, C'] in [-1, 1].
 *
 * @throws UsageError when parts of the configuration do not go together
 */
export function translator(config: ImageToImageConfig, direction: Direction): Module {
  assertTranslationSizes(config);
  const { channelsA, channelsB, residual } = config;
  if (channelsA !== channelsB && residual) {
    throw new UsageError(
      `--residual: expected equal channels, of which a generator can draw the difference, received ` +
        `--channels-a ${channelsA} and --channels-b ${channelsB}.`,
    );
  }
  return translationGenerator(generatorOptions(config, direction));
}

/**
 * The discriminator of a configuration: [N, S, S, inChannels] → a map of logits [N, s, s, 1].
 *
 * @param inChannels of what it judges: a picture's, or those of a pair
 * @throws UsageError when pictures are too small for it
 */
export function translationJudge(config: ImageToImageConfig, inChannels: number): Module {
  const { discriminator: kind, discriminatorFilters: filters, spectralNorm: spectral } = config;
  // Spectral norm stands in for the other one.
  const norm = spectral ? 'none' : config.norm;
  const judge = translationDiscriminator({ kind, inChannels, filters, norm, spectral });
  assertSeesPatches(config, judge, inChannels);
  return judge;
}

/** The least side of a map of logits: behind it, the last norm needs two pixels to compare. */
const leastMap = { 'patch-70': 1, 'patch-94': 2, pixel: 1 } as const;

/** Refuses pictures of which a discriminator would see no whole patch. */
function assertSeesPatches(
  { imageSize, discriminator, generator }: ImageToImageConfig,
  judge: Module,
  inChannels: number,
): void {
  const sees = (side: number): boolean => {
    try {
      const [, map] = outputShapeOf(judge, [1, side, side, inChannels]);
      return map! >= leastMap[discriminator];
    } catch {
      return false;
    }
  };
  if (sees(imageSize)) return;
  const multiple = translationMultiple(generator);
  let side = multiple;
  while (!sees(side)) side += multiple;
  throw new UsageError(
    `--image-size: expected pictures of which --discriminator ${discriminator} sees at ` +
      `least one patch, received ${imageSize}. Use at least ${side}, or --discriminator pixel.`,
  );
}
