import { fields, runtimeFields } from '@gan-zoo/core';
import { z } from 'zod';

const newStyle = 'Options of a new style';
const training = 'Options of training';
const rate = z.number().gt(0).max(1);

/** All options of `finetune`. */
export const finetuneSchema = z.object({
  run: fields.run.describe('Run folder, one of its checkpoints, or latest').meta({
    placeholder: 'run',
  }),
  styles: z.array(z.string().min(1)).min(1).optional().meta({
    placeholder: 'font,…',
    description: "Go on with these styles of the run's data set alone",
  }),
  font: z.string().min(1).optional().meta({
    placeholder: 'path',
    description: 'Font file (or folder, if split) whose style is new',
    group: newStyle,
  }),
  index: z.int().min(0).default(0).meta({
    description: 'Which font of a .ttc collection, counted from 0',
    group: newStyle,
  }),
  glyphs: z.string().min(1).optional().meta({
    placeholder: 'folder',
    description: 'Pictures of glyphs, named by character: 天.png, u5929.png; instead of a font',
    group: newStyle,
  }),
  chars: z.int().min(1).default(200).meta({
    description: 'Most characters to learn from, chosen by the seed',
    unit: 'characters',
    group: newStyle,
  }),
  testChars: z.int().min(1).default(100).meta({
    description: 'Most characters to hold back, to evaluate with; a tenth where there are few',
    unit: 'characters',
    group: newStyle,
  }),
  source: z.string().min(1).optional().meta({
    placeholder: 'path',
    description: "The run's source font, for characters that its checkpoint lacks",
    defaultText: 'its npm package, when it is one of ours',
    group: newStyle,
  }),
  data: fields.data.optional().meta({
    placeholder: 'folder',
    description: "New folder for the new style's glyphs; the same glyphs are kept",
    defaultText: 'data/<font>-<chars>',
    group: newStyle,
  }),
  freezeEncoder: z.boolean().optional().meta({
    description: 'Leave the encoder and its statistics as they are',
    defaultText: 'for a new style in zi2zi',
    group: training,
  }),
  out: fields.out
    .describe('Run folder to create')
    .meta({ placeholder: 'path', defaultText: 'runs/<app>/<time>-finetune' })
    .optional(),
  epochs: fields.epochs.optional().meta({
    description: 'Passes over the data',
    defaultText: 'those of the run; what --steps takes for a new style',
    group: training,
  }),
  steps: fields.steps.optional().meta({
    description: 'Train steps after which to stop',
    defaultText: 'all epochs; 400 for a new style',
    group: training,
  }),
  minutes: z.number().gt(0).optional().meta({
    description: 'Stop after this time, whatever is left',
    unit: 'minutes',
    defaultText: 'no limit',
    group: training,
  }),
  batchSize: fields.batchSize.optional().meta({
    description: 'Pictures per train step',
    unit: 'images',
    defaultText: 'that of the run',
    group: training,
  }),
  generatorLearningRate: rate.optional().meta({
    description: "Adam's rate for the generator",
    defaultText: 'that of the run; 5e-4 for a new style',
    group: training,
  }),
  discriminatorLearningRate: rate.optional().meta({
    description: "Adam's rate for the discriminator",
    defaultText: 'that of the run; 2e-4 for a new style',
    group: training,
  }),
  kid: z.boolean().default(false).meta({
    description: 'Measure KID while training; costs more than the steps where they are few',
    group: training,
  }),
  ...runtimeFields,
});

/** Resolved options of `finetune`. */
export type FinetuneConfig = z.output<typeof finetuneSchema>;
