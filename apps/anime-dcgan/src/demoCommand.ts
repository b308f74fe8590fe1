import { defineCommand, fields, runtimeFields, train, type Command } from '@gan-zoo/core';
import { z } from 'zod';
import { configSchema, presets } from './config.ts';
import { animeDcgan } from './definition.ts';
import { generateCommand } from './generateCommand.ts';
import { prepareCommand } from './prepareCommand.ts';

const demoSchema = z.object({
  minutes: z.number().gt(0).max(60).default(4.5).meta({
    description: 'How long to train',
    unit: 'minutes',
  }),
  num: fields.num.default(4000).describe('How many avatars to draw and train on'),
  data: fields.data.default('data/lorelei-64').describe('Folder for the avatars'),
  out: fields.out
    .describe('Run folder to create')
    .meta({ placeholder: 'path', defaultText: 'runs/anime-dcgan/<time>-small' })
    .optional(),
  ...runtimeFields,
});

/** The command `demo`: draws the default avatars, trains a small network on them, shows its best. */
export const demoCommand: Command = defineCommand({
  name: 'demo',
  description: 'Draws avatars, trains a small network on them and shows what it has learnt',
  schema: demoSchema,
  examples: ['', '--minutes 2'],
  run: async ({ minutes, num, ...options }, context) => {
    const preset = presets.small.values;
    const prepared = { out: options.data, num, imageSize: preset.imageSize };
    await prepareCommand.run(prepareCommand.schema.parse(prepared), context);
    const config = configSchema.parse({ ...preset, ...options, minutes, saveEveryEpochs: 10 });
    const { run, pictures } = await train(animeDcgan, config, { ...context, preset: 'small' });
    context.signal.throwIfAborted();
    const best = { run: run.path, out: run.file('best.png'), num: 64, searchNum: 512 };
    await generateCommand.run(generateCommand.schema.parse({ ...options, ...best }), context);
    context.print('Look at:');
    context.print(`  ${best.out}  the 64 of 512 new avatars that the discriminator likes best`);
    for (const path of pictures) context.print(`  ${path}`);
  },
});
