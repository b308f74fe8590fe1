import { appCommands, main } from '@gan-zoo/core/cli';
import { FontError } from '@gan-zoo/fonts/fontError';
import packageJson from '../package.json' with { type: 'json' };
import { configSchema } from './configSchema.ts';
import { presets } from './presets.ts';

const fontStyle = {
  name: 'font-style',
  version: packageJson.version,
  ...{ schema: configSchema, presets, defaultPreset: 'published' },
  load: async () => (await import('./definition.ts')).fontStyle,
};

await main({
  ...fontStyle,
  description: "Draws a font's characters in other styles",
  userErrors: [FontError],
  commands: appCommands(fontStyle, {
    examples: {
      train: [
        '--preset small',
        '--preset small-bicycle --data data/latin',
        '--preset published --data data/chinese-256',
      ],
    },
    before: [
      {
        name: 'demo',
        description:
          'From fonts to a trained network, a specimen of its styles and an installable font',
        load: async () => (await import('./demoCommand.ts')).demoCommand,
      },
      {
        name: 'prepare',
        description: 'Draws the characters of fonts as a data set to train on',
        load: async () => (await import('./prepareCommand.ts')).prepareCommand,
      },
    ],
    after: [
      {
        name: 'finetune',
        description: 'Goes on with a trained network on few styles, or teaches it a new one',
        load: async () => (await import('./finetuneCommand.ts')).finetuneCommand,
      },
      {
        name: 'generate',
        description: 'Draws any characters in any style with a trained network',
        load: async () => (await import('./generateCommand.ts')).generateCommand,
      },
      {
        name: 'evaluate',
        description:
          'Measures drawn glyphs of unseen characters beside baselines that learn nothing',
        load: async () => (await import('./evaluateCommand.ts')).evaluateCommand,
      },
      {
        name: 'export-font',
        description: 'Draws characters in one style and makes an installable font (.otf) of them',
        load: async () => (await import('./exportFontCommand.ts')).exportFontCommand,
      },
    ],
    bench: async () => (await import('./bench/benchPlan.ts')).benchPlan,
  }),
});
