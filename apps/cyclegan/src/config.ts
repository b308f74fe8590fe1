import {
  fields,
  imageToImageFields,
  refuseImageToImageMistakes,
  withDefaults,
} from '@gan-zoo/core/cli';
import { z } from 'zod';

const objective = 'Objective options';
const weight = z.number().min(0);

/** All options of training, with the published program's values as defaults. */
export const configSchema = z
  .object({
    ...withDefaults(imageToImageFields, { loss: 'lsgan' }),
    data: fields.data
      .default('data/emoji')
      .describe('Folder with trainA, trainB and, to look at, testA and testB; default: prepared'),
    lambdaCycle: weight.default(10).meta({
      description: 'Weight of coming back to the picture, each way',
      group: objective,
    }),
    lambdaIdentity: weight.default(0.5).meta({
      description: 'Weight of leaving the target’s own pictures alone, times --lambda-cycle',
      group: objective,
    }),
    poolSize: z.int().min(0).max(1000).default(50).meta({
      description: 'Earlier fakes kept for the discriminators; 0: they see the newest only',
      unit: 'images',
      group: objective,
    }),
  })
  .superRefine((config, context) => {
    refuseImageToImageMistakes(config, context);
    const { channelsA, channelsB, lambdaIdentity } = config;
    if (channelsA === channelsB || lambdaIdentity === 0) return;
    context.addIssue({
      code: 'custom',
      path: ['lambdaIdentity'],
      message:
        `expected 0 for --channels-a ${channelsA} and --channels-b ${channelsB}: a generator takes ` +
        `pictures of its own target only when both have equal channels`,
    });
  });

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
