import {
  fields,
  imageToImageFields,
  pairedFields,
  refuseImageToImageMistakes,
  withDefaults,
} from '@gan-zoo/core';
import { z } from 'zod';

/** All options of training, with the published program's values as defaults. */
export const configSchema = z
  .object({
    ...withDefaults(imageToImageFields, { generator: 'unet-256', dropout: 0.5, norm: 'batch' }),
    data: fields.data
      .default('data/emoji-pairs')
      .describe(
        'Folder with train and, to look at and to measure, test: pairs side by side, A left, B right; default: what cyclegan:prepare -- --paired makes',
      ),
    ...pairedFields,
    lambdaL1: z.number().min(0).default(100).meta({
      description: 'Weight of the mean absolute difference from the true picture',
      group: 'Objective options',
    }),
  })
  .superRefine(refuseImageToImageMistakes);

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
