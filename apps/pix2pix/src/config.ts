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
      .default('data/emoji-pairs')
      .describe(
        'Folder with train and, to look at and to measure, test: pairs side by side, A left, B right; default: what cyclegan:prepare -- --paired makes',
      ),
    domainA: folder
      .meta({
        description: 'Instead: folder of pictures A, which belong to those of B by name',
        defaultText: 'the left halves of --data',
      })
      .optional(),
    domainB: folder
      .meta({ description: 'Folder of pictures B', defaultText: 'the right halves of --data' })
      .optional(),
    direction: z.enum(['a-to-b', 'b-to-a']).default('a-to-b').meta({
      description: 'Which picture of a pair is translated into which',
      group: data,
    }),
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
    flip: z.boolean().default(true).meta({ description: 'Mirror pairs at random', group: data }),
    channelsA: channels.meta({ description: 'Pictures A: 3 for colour, 1 for grey', group: data }),
    channelsB: channels.meta({ description: 'Pictures B: 3 for colour, 1 for grey', group: data }),
    generator: z
      .enum(translationGeneratorKinds)
      .default('unet-256')
      .meta({ description: 'Kind of generator', group: network }),
    blocks: z.int().min(0).max(64).default(9).meta({
      description: 'Residual blocks of a resnet',
      group: network,
    }),
    upsampling: z.enum(['transposed', 'nearest']).default('transposed').meta({
      description: 'How a resnet enlarges',
      group: network,
    }),
    filters: filters.meta({
      description: 'Channels of the generator’s first layer',
      group: network,
    }),
    dropout: z.number().min(0).lt(1).default(0.5).meta({
      description: 'Share of values that the generator drops, when it is used too; 0: none',
      group: network,
    }),
    discriminator: z
      .enum(translationDiscriminatorKinds)
      .default('patch-70')
      .meta({ description: 'Kind of discriminator', group: network }),
    discriminatorFilters: filters.meta({
      description: 'Channels of the discriminator’s first layer',
      group: network,
    }),
    norm: z
      .enum(['batch', 'instance'])
      .default('batch')
      .meta({ description: 'Normalisation in both networks', group: network }),
    loss: z
      .enum(['bce', 'lsgan'])
      .default('bce')
      .meta({ description: 'The adversarial game', group: objective }),
    lambdaL1: weight.default(100).meta({
      description: 'Weight of the mean absolute difference from the true picture',
      group: objective,
    }),
    generatorLearningRate: rate
      .default(2e-4)
      .meta({ description: "Adam's rate for the generator", group: optimization }),
    discriminatorLearningRate: rate.default(2e-4).meta({
      description: "Adam's rate for the discriminator",
      group: optimization,
    }),
    schedule: regulariserFields.schedule.default('linearDecay'),
    beta1: z.number().min(0).lt(1).default(0.5).meta({
      description: "Decay of Adam's first moment",
      group: optimization,
    }),
    sampleCount: z.int().min(1).max(256).default(8).meta({
      description: 'Pairs whose pictures are translated again and again',
      unit: 'images',
    }),
  })
  .superRefine(refuseRegulariserMistakes);

/** A resolved configuration of pix2pix. */
export type Config = z.output<typeof configSchema>;

/** The published experiment, and a configuration for a small machine. */
export const presets = {
  published: { description: 'The published program: 256 px, U-Net-256, batch 1', values: {} },
  small: {
    description: '64 px at half width, for two CPU cores',
    values: {
      loadSize: 72,
      imageSize: 64,
      generator: 'unet-64',
      filters: 32,
      discriminatorFilters: 32,
      batchSize: 4,
      emaDecay: 0.99,
      epochs: 40,
      sampleEverySteps: 250,
    },
  },
} as const;
