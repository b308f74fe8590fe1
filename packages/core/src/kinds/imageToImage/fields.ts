import { z } from 'zod';
import { fields } from '../../base/options/index.ts';
import { trainFields } from '../../gan/definition/index.ts';
import {
  refuseRegulariserMistakes,
  type CheckedConfig,
  type RefinementContext,
} from '../../gan/regularisers/index.ts';
import {
  translationDiscriminatorKinds,
  translationGeneratorKinds,
} from '../../model/networks/index.ts';
import { directions } from './definition.ts';
import {
  gameFields,
  refuseGameMistakes,
  withDefaults,
  type CheckedGameConfig,
} from '../gameFields.ts';

const data = 'Data options';
const network = 'Network options';

const filters = z.int().min(1).max(1024).default(64);
const size = z.int().min(8).max(2048);
const channels = z.literal([1, 3]).default(3);
const folder = fields.data.meta({ placeholder: 'folder', group: data });

/** All options of training a GAN that turns pictures of domain A into those of B, or back. */
export const imageToImageFields = {
  ...trainFields,
  domainA: folder
    .meta({ description: 'Folder of pictures A', defaultText: 'those of --data' })
    .optional(),
  domainB: folder
    .meta({ description: 'Folder of pictures B', defaultText: 'those of --data' })
    .optional(),
  epochs: fields.epochs.default(200),
  batchSize: fields.batchSize.default(1),
  loadSize: size.default(286).meta({
    description: 'Side that pictures are scaled to before a random square is cut out',
    unit: 'px',
    group: data,
  }),
  imageSize: size.default(256).meta({
    description: 'Side of the squares that are trained on',
    unit: 'px',
    group: data,
  }),
  flip: z.boolean().default(true).meta({ description: 'Mirror pictures at random', group: data }),
  channelsA: channels.meta({ description: 'Pictures A: 3 for colour, 1 for grey', group: data }),
  channelsB: channels.meta({ description: 'Pictures B: 3 for colour, 1 for grey', group: data }),
  generator: z
    .enum(translationGeneratorKinds)
    .default('resnet')
    .meta({ description: 'Kind of generator', group: network }),
  blocks: z.int().min(0).max(64).default(9).meta({
    description: 'Residual blocks of a resnet: 9 at 256 px, 6 at 128 px',
    group: network,
  }),
  upsampling: z.enum(['transposed', 'nearest']).default('transposed').meta({
    description: 'How a resnet enlarges: transposed convolutions, or nearest ×2 and a convolution',
    group: network,
  }),
  residual: z.boolean().default(false).meta({
    description: 'Generators draw the difference to the picture, not the whole picture',
    group: network,
  }),
  filters: filters.meta({ description: 'Channels of a generator’s first layer', group: network }),
  dropout: z.number().min(0).lt(1).default(0).meta({
    description: 'Share of values that a generator drops, when it is used too; 0: none',
    group: network,
  }),
  discriminator: z
    .enum(translationDiscriminatorKinds)
    .default('patch-70')
    .meta({ description: 'Kind of discriminator', group: network }),
  discriminatorFilters: filters.meta({
    description: 'Channels of a discriminator’s first layer',
    group: network,
  }),
  norm: z
    .enum(['batch', 'instance'])
    .default('instance')
    .meta({ description: 'Normalisation in all networks', group: network }),
  ...withDefaults(gameFields, { schedule: 'linearDecay' }),
  sampleCount: z.int().min(1).max(256).default(8).meta({
    description: 'Pictures of each domain that are translated again and again',
    unit: 'images',
  }),
} as const;

/** A resolved configuration of a GAN that translates pictures. */
export type ImageToImageConfig = z.output<z.ZodObject<typeof imageToImageFields>>;

/** The option of learning from pairs, besides those of all translations. */
export const pairedFields = {
  direction: z.enum(directions).default('a-to-b').meta({
    description: 'Which picture of a pair is translated into which',
    group: 'Data options',
  }),
} as const;

/** A resolved configuration of a GAN that learns from pairs. */
export type PairedConfig = ImageToImageConfig & z.output<z.ZodObject<typeof pairedFields>>;

/** Refuses combinations that make no sense, each with its reason: a refinement for the schema. */
export function refuseImageToImageMistakes(
  config: CheckedConfig & CheckedGameConfig & Pick<ImageToImageConfig, 'norm'>,
  context: RefinementContext,
): void {
  refuseRegulariserMistakes(config, context);
  refuseGameMistakes(
    config,
    context,
    config.norm === 'batch' && !config.spectralNorm && '--norm instance or --spectral-norm',
  );
}
