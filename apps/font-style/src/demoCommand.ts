import { defineCommand, fields, runtimeFields, train, type Command } from '@gan-zoo/core';
import { z } from 'zod';
import { configSchema } from './configSchema.ts';
import { fontStyle } from './definition.ts';
import { exportFontCommand } from './exportFontCommand.ts';
import { generateCommand } from './generateCommand.ts';
import { prepareCommand } from './prepareCommand.ts';
import { presets } from './presets.ts';

const demoSchema = z.object({
  minutes: z.number().gt(0).max(60).default(5).meta({
    description: 'How long to train',
    unit: 'minutes',
  }),
  num: fields.num.default(1000).describe('How many characters to draw and train on'),
  style: z.string().min(1).default('zcool-kuaile').meta({
    description: 'The style that becomes a font',
    placeholder: 'font',
  }),
  data: fields.data.default('data/chinese-demo').describe('Folder for the glyphs'),
  out: fields.out
    .describe('Run folder to create')
    .meta({ placeholder: 'path', defaultText: 'runs/font-style/<time>-small' })
    .optional(),
  ...runtimeFields,
});

/**
 * The command `demo`: draws the small Chinese set, trains a small network on it, writes a specimen
 * of all styles and makes one of them an installable font.
 */
export const demoCommand: Command = defineCommand({
  name: 'demo',
  description: 'From fonts to a trained network, a specimen of its styles and an installable font',
  schema: demoSchema,
  examples: ['', '--minutes 3 --style ma-shan-zheng'],
  run: async ({ minutes, num, style, ...options }, context) => {
    const { lowestLearningRate: _lowest, ...preset } = presets.small.values;
    const { seed, data } = options;
    const prepared = { set: 'chinese-small', num, imageSize: preset.imageSize, out: data, seed };
    await prepareCommand.run(prepareCommand.schema.parse(prepared), context);

    // Rates that fall over the preset's epochs would hardly fall within the time.
    const config = configSchema.parse({ ...preset, ...options, minutes, schedule: 'constant' });
    const { run } = await train(fontStyle, config, { ...context, preset: 'small' });
    context.signal.throwIfAborted();

    const { seed: _seed, data: _data, out: _out, ...runtime } = options;
    const common = { ...runtime, run: run.path };
    const [page, picture] = [run.file('specimen.html'), run.file('specimen.png')];
    for (const out of [picture, page]) {
      await generateCommand.run(generateCommand.schema.parse({ ...common, out }), context);
    }
    const font = run.file(`${style}.otf`);
    const exported = { ...common, style, out: font };
    await exportFontCommand.run(exportFontCommand.schema.parse(exported), context);
    context.print('Look at:');
    context.print(`  ${picture}  a text in every style, drawn by the network`);
    context.print(`  ${page}  the same to open in a browser`);
    context.print(`  ${font}  install it, or open the page of the same name beside it`);
  },
});
