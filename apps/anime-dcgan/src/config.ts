import { fields, refuseRegulariserMistakes, regulariserFields, trainFields } from '@gan-zoo/core';
import { z } from 'zod';
import { hasBatchNorm } from './networks.ts';

const network = 'Network options';
const optimization = 'Optimization options';
const rate = z.number().gt(0).max(1);
const everySteps = z.int().min(1);

/** All options of training, with the published program's values as defaults. */
export const configSchema = z
  .object({
    ...trainFields,
    data: fields.data
      .describe('Folder of training pictures, nested or not; the default is what prepare makes')
      .default('data/lorelei'),
    epochs: fields.epochs.default(200),
    batchSize: fields.batchSize.default(256),
    imageSize: z
      .literal([96, 64])
      .default(96)
      .meta({ description: 'Side of the pictures', unit: 'px', group: network }),
    latentDim: z.int().min(1).max(4096).default(100).meta({
      description: 'Length of the random vector that a picture is drawn from',
      group: network,
    }),
    generatorFilters: z.int().min(1).max(1024).default(64).meta({
      description: "Channels of the generator's last hidden layer",
      group: network,
    }),
    discriminatorFilters: z.int().min(1).max(1024).default(64).meta({
      description: "Channels of the discriminator's first layer",
      group: network,
    }),
    discriminatorBatchNorm: z.boolean().default(true).meta({
      description: 'Batch norm in the discriminator, as published; spectral norm takes its place',
      group: network,
    }),
    init: z.enum(['torch', 'normal']).default('torch').meta({
      description: "Initial weights: PyTorch's layer defaults, or N(0, 0.02)",
      group: network,
    }),
    flip: z.boolean().default(false).describe('Mirror pictures at random'),
    generatorLearningRate: rate
      .default(2e-4)
      .meta({ description: "Adam's rate for the generator", group: optimization }),
    discriminatorLearningRate: rate.default(2e-4).meta({
      description: "Adam's rate for the discriminator",
      group: optimization,
    }),
    beta1: z.number().min(0).lt(1).default(0.5).meta({
      description: "Decay of Adam's first moment",
      group: optimization,
    }),
    discriminatorEverySteps: everySteps.default(1).meta({
      description: 'Train the discriminator every so many steps',
      unit: 'steps',
      group: optimization,
    }),
    generatorEverySteps: everySteps.default(5).meta({
      description: 'Train the generator every so many steps',
      unit: 'steps',
      group: optimization,
    }),
    ...regulariserFields,
    sampleCount: z.int().min(1).max(1024).default(64).meta({
      description: 'Pictures in the grid that is drawn of the same latents again and again',
      unit: 'images',
    }),
  })
  .superRefine((config, context) => {
    refuseRegulariserMistakes(config, context);
    if (config.r1Gamma === 0 || !hasBatchNorm(config)) return;
    context.addIssue({
      code: 'custom',
      path: ['r1Gamma'],
      message:
        'expected it only with --spectral-norm or --no-discriminator-batch-norm, because batch norm ' +
        'mixes the pictures whose gradients R1 measures one by one',
    });
  });

/** A resolved configuration of anime-dcgan. */
export type Config = z.output<typeof configSchema>;

const small = {
  imageSize: 64,
  generatorFilters: 32,
  discriminatorFilters: 16,
  batchSize: 32,
  generatorEverySteps: 1,
  generatorLearningRate: 4e-4,
  init: 'normal',
  emaDecay: 0.99,
  epochs: 30,
  sampleEverySteps: 250,
} as const;

/** The published experiments, and configurations for a small machine. */
export const presets = {
  published: { description: 'The published program: 96 px, D every step, G every 5', values: {} },
  small: { description: '64 px at half width and less, for two CPU cores', values: small },
  robust: {
    description: 'As small, for pictures with large areas of pure black or white',
    values: {
      ...small,
      // Without noise D knows such areas by their exact values and leaves G nothing to learn from.
      instanceNoise: 0.2,
      instanceNoiseSteps: 4000,
      labelSmoothing: 0.1,
    },
  },
  'ratio-5-1': { description: '5 D updates per G update', values: { generatorEverySteps: 5 } },
  'ratio-1-1': { description: '1 D update per G update', values: { generatorEverySteps: 1 } },
  'ratio-1-5': {
    description: '1 D update per 5 G updates',
    values: { discriminatorEverySteps: 5, generatorEverySteps: 1 },
  },
} as const;
