import {
  fields,
  refuseRegulariserMistakes,
  regulariserFields,
  trainFields,
  translationDiscriminatorKinds,
  translationGeneratorKinds,
} from '@gan-zoo/core/cli';
import { z } from 'zod';

const data = 'Data options';
const network = 'Network options';
const objective = 'Objective options';
const optimization = 'Optimization options';

const rate = z.number().gt(0).max(1);
const weight = z.number().min(0);
const filters = z.int().min(1).max(1024).default(64);
const size = z.int().min(8).max(2048);
const channels = z.literal([1, 3]).default(3);
const folder = fields.data.meta({ placeholder: 'folder', group: data });

/** All options of training, with the published program's values as defaults. */
export const configSchema = z
  .object({
    ...trainFields,
    ...regulariserFields,
    data: fields.data
      .default('data/emoji')
      .describe('Folder with trainA, trainB and, to look at, testA and testB; default: prepared'),
    domainA: folder
      .meta({ description: 'Folder of domain A', defaultText: 'trainA of --data' })
      .optional(),
    domainB: folder
      .meta({ description: 'Folder of domain B', defaultText: 'trainB of --data' })
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
    channelsA: channels.meta({ description: 'Domain A: 3 for colour, 1 for grey', group: data }),
    channelsB: channels.meta({ description: 'Domain B: 3 for colour, 1 for grey', group: data }),
    generator: z
      .enum(translationGeneratorKinds)
      .default('resnet')
      .meta({ description: 'Kind of generator', group: network }),
    blocks: z.int().min(0).max(64).default(9).meta({
      description: 'Residual blocks of a resnet: 9 at 256 px, 6 at 128 px',
      group: network,
    }),
    upsampling: z.enum(['transposed', 'nearest']).default('transposed').meta({
      description:
        'How a resnet enlarges: transposed convolutions, or nearest ×2 and a convolution',
      group: network,
    }),
    residual: z.boolean().default(false).meta({
      description: 'Generators draw the difference to the picture, not the whole picture',
      group: network,
    }),
    filters: filters.meta({ description: 'Channels of a generator’s first layer', group: network }),
    discriminator: z
      .enum(translationDiscriminatorKinds)
      .default('patch-70')
      .meta({ description: 'Kind of discriminator', group: network }),
    discriminatorFilters: filters.meta({
      description: 'Channels of a discriminator’s first layer',
      group: network,
    }),
    norm: z
      .enum(['instance', 'batch'])
      .default('instance')
      .meta({ description: 'Normalisation in all networks', group: network }),
    loss: z
      .enum(['lsgan', 'bce', 'wgan-gp'])
      .default('lsgan')
      .meta({ description: 'The adversarial game', group: objective }),
    lambdaCycle: weight.default(10).meta({
      description: 'Weight of coming back to the picture, each way',
      group: objective,
    }),
    lambdaIdentity: weight.default(0.5).meta({
      description: 'Weight of leaving the target’s own pictures alone, times --lambda-cycle',
      group: objective,
    }),
    lambdaPenalty: weight.default(10).meta({
      description: 'Weight of the gradient penalty of wgan-gp',
      group: objective,
    }),
    poolSize: z.int().min(0).max(1000).default(50).meta({
      description: 'Earlier fakes kept for the discriminators; 0: they see the newest only',
      unit: 'images',
      group: objective,
    }),
    generatorLearningRate: rate
      .default(2e-4)
      .meta({ description: "Adam's rate for both generators", group: optimization }),
    discriminatorLearningRate: rate.default(2e-4).meta({
      description: "Adam's rate for both discriminators",
      group: optimization,
    }),
    schedule: regulariserFields.schedule.default('linearDecay'),
    beta1: z.number().min(0).lt(1).default(0.5).meta({
      description: "Decay of Adam's first moment",
      group: optimization,
    }),
    sampleCount: z.int().min(1).max(256).default(8).meta({
      description: 'Pictures of each domain that are translated again and again',
      unit: 'images',
    }),
  })
  .superRefine(refuseRegulariserMistakes);

/** A resolved configuration of cyclegan. */
export type Config = z.output<typeof configSchema>;

/** The published experiment, and a configuration for a small machine. */
export const presets = {
  published: { description: 'The published program: 256 px, ResNet-9, batch 1', values: {} },
  'published-128': {
    description: 'The published program at 128 px: ResNet-6',
    values: { loadSize: 143, imageSize: 128, blocks: 6 },
  },
  small: {
    description: '64 px at half width and less, for two CPU cores; not mirrored',
    values: {
      loadSize: 72,
      imageSize: 64,
      filters: 32,
      blocks: 4,
      upsampling: 'nearest',
      residual: true,
      discriminatorFilters: 32,
      // Emoji are lit from one side.
      flip: false,
      lambdaCycle: 3,
      lambdaIdentity: 0,
      generatorLearningRate: 3e-4,
      discriminatorLearningRate: 4e-4,
      emaDecay: 0.998,
      epochs: 8,
      saveEveryEpochs: 1,
      sampleEverySteps: 250,
    },
  },
} as const;
