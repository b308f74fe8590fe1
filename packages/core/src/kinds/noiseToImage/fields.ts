import { z } from 'zod';
import { fields } from '../../base/options/index.ts';
import { trainFields } from '../../gan/definition/index.ts';
import {
  type CheckedConfig,
  type RefinementContext,
  refuseRegulariserMistakes,
} from '../../gan/regularisers/index.ts';
import { noiseNetworkKinds, normsBatches } from '../../model/networks/index.ts';
import { gameFields, refuseGameMistakes, type CheckedGameConfig } from '../gameFields.ts';

const network = 'Network options';
const filters = z.int().min(1).max(1024).default(64);

/** All options of training a GAN that draws pictures of noise. */
export const noiseToImageFields = {
  ...trainFields,
  epochs: fields.epochs.default(100),
  batchSize: fields.batchSize.default(64),
  imageSize: z.int().min(8).max(1024).default(64).meta({
    description: 'Side of the pictures: even',
    unit: 'px',
    group: network,
  }),
  channels: z.literal([1, 3]).default(3).meta({
    description: 'Of the pictures: 3 colour, 1 grey',
    group: network,
  }),
  generator: z
    .enum(noiseNetworkKinds)
    .default('dcgan')
    .meta({ description: 'Kind of generator', group: network }),
  discriminator: z
    .enum(noiseNetworkKinds)
    .default('dcgan')
    .meta({ description: 'Kind of discriminator', group: network }),
  latentDim: z.int().min(1).max(4096).default(100).meta({
    description: 'Length of the random vector that a picture is drawn from',
    group: network,
  }),
  generatorFilters: filters.meta({
    description: "Width of the generator: channels of dcgan's last hidden layer",
    group: network,
  }),
  discriminatorFilters: filters.meta({
    description: "Width of the discriminator: channels of dcgan's first layer",
    group: network,
  }),
  discriminatorBatchNorm: z.boolean().default(true).meta({
    description:
      'Batch norm in the dcgan discriminator, as published; spectral norm takes its place',
    group: network,
  }),
  init: z.enum(['torch', 'normal']).default('torch').meta({
    description: "Initial weights: PyTorch's layer defaults, or N(0, 0.02)",
    group: network,
  }),
  flip: z.boolean().default(false).describe('Mirror pictures at random'),
  ...gameFields,
  sampleCount: z.int().min(1).max(1024).default(64).meta({
    description: 'Pictures in the grid that is drawn of the same latents again and again',
    unit: 'images',
  }),
} as const;

/** A resolved configuration of a GAN that draws pictures of noise. */
export type NoiseToImageConfig = z.output<z.ZodObject<typeof noiseToImageFields>>;

/** Whether D has a norm that mixes the pictures of a batch. */
export const hasBatchNorm = ({
  discriminator: kind,
  discriminatorBatchNorm: batchNorm,
  spectralNorm: spectral,
}: Pick<
  NoiseToImageConfig,
  'discriminator' | 'discriminatorBatchNorm' | 'spectralNorm'
>): boolean => normsBatches({ kind, batchNorm, spectral });

/** The options without which D has no batch norm. */
const withoutBatchNorm = '--spectral-norm or --no-discriminator-batch-norm';

/** Refuses combinations that make no sense, each with its reason: a refinement for the schema. */
export function refuseNoiseToImageMistakes(
  config: CheckedConfig & CheckedGameConfig & NoiseToImageConfig,
  context: RefinementContext,
): void {
  refuseRegulariserMistakes(config, context);
  const isMixed = hasBatchNorm(config);
  refuseGameMistakes(config, context, isMixed && withoutBatchNorm);
  if (
    config.imageSize % 2 !== 0 &&
    [config.generator, config.discriminator].some((kind) => kind !== 'mlp')
  ) {
    context.addIssue({
      code: 'custom',
      path: ['imageSize'],
      message:
        'expected an even number, which networks of convolutions can halve; only mlp draws any',
    });
  }
  if (config.r1Gamma === 0 || !isMixed) return;
  context.addIssue({
    code: 'custom',
    path: ['r1Gamma'],
    message:
      `expected it only with ${withoutBatchNorm}, because batch norm mixes the pictures whose ` +
      `gradients R1 measures one by one`,
  });
}
