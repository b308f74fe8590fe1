import { defineCommand, fields, runtimeFields, train, type Command } from '@gan-zoo/core';
import { z } from 'zod';
import { configSchema, presets } from './config.ts';
import { cyclegan } from './definition.ts';
import { prepareCommand } from './prepareCommand.ts';

const demoSchema = z.object({
  minutes: z.number().gt(0).max(60).default(4).meta({
    description: 'How long to train',
    unit: 'minutes',
  }),
  data: fields.data.default('data/emoji').describe('Folder for the emoji'),
  out: fields.out
    .describe('Run folder to create')
    .meta({ placeholder: 'path', defaultText: 'runs/cyclegan/<time>-small' })
    .optional(),
  ...runtimeFields,
});

/** The command `demo`: draws the default emoji, trains small networks on them, shows what they do. */
export const demoCommand: Command = defineCommand({
  name: 'demo',
  description: 'Draws emoji, trains small networks on them and shows both translations',
  schema: demoSchema,
  examples: ['', '--minutes 2'],
  run: async ({ minutes, ...options }, context) => {
    const prepared = { out: options.data, seed: options.seed };
    await prepareCommand.run(prepareCommand.schema.parse(prepared), context);
    const preset = { ...presets.small.values, sampleEverySteps: 100, emaDecay: 0.99 };
    const config = configSchema.parse({ ...preset, ...options, minutes });
    const { pictures } = await train(cyclegan, config, { ...context, preset: 'small' });
    context.signal.throwIfAborted();
    context.print('Look at (rows: picture, translation, and that translated back):');
    for (const path of pictures) context.print(`  ${path}`);
  },
});
