import {
  fields,
  noiseToImageFields,
  refuseNoiseToImageMistakes,
  withDefaults,
} from '@gan-zoo/core';
import { z } from 'zod';

/** All options of training, with the published program's values as defaults. */
export const configSchema = z
  .object({
    ...withDefaults(noiseToImageFields, {
      epochs: 200,
      batchSize: 256,
      imageSize: 96,
      generatorEverySteps: 5,
    }),
    data: fields.data
      .describe('Folder of training pictures, nested or not; the default is what prepare makes')
      .default('data/lorelei'),
  })
  .superRefine(refuseNoiseToImageMistakes);

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
