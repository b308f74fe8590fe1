import {
  doctorCommand,
  explainCommand,
  main,
  reportCommand,
  trainCommand,
  verifyCommand,
} from '@gan-zoo/core/cli';
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

/** The commands whose options need what their work needs. */
const commands = () => import('./commands.ts');

await main({
  name: fontStyle.name,
  description: "Draws a font's characters in other styles",
  version: fontStyle.version,
  userErrors: [FontError],
  commands: [
    {
      name: 'demo',
      description:
        'From fonts to a trained network, a specimen of its styles and an installable font',
      load: async () => (await commands()).demo,
    },
    {
      name: 'prepare',
      description: 'Draws the characters of fonts as a data set to train on',
      load: async () => (await commands()).prepare,
    },
    trainCommand(fontStyle, [
      '--preset small',
      '--preset small-bicycle --data data/latin',
      '--preset published --data data/chinese-256',
    ]),
    {
      name: 'finetune',
      description: 'Goes on with a trained network on few styles, or teaches it a new one',
      load: async () => (await commands()).finetune,
    },
    {
      name: 'generate',
      description: 'Draws any characters in any style with a trained network',
      load: async () => (await commands()).generate,
    },
    {
      name: 'evaluate',
      description: 'Measures drawn glyphs of unseen characters beside baselines that learn nothing',
      load: async () => (await commands()).evaluate,
    },
    {
      name: 'export-font',
      description: 'Draws characters in one style and makes an installable font (.otf) of them',
      load: async () => (await commands()).exportFont,
    },
    doctorCommand(fontStyle),
    reportCommand(fontStyle),
    verifyCommand(fontStyle),
    explainCommand(fontStyle),
    {
      name: 'bench',
      description: 'Times the steps of training on this machine',
      load: async () => (await commands()).bench,
    },
  ],
});
