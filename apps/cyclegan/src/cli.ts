import {
  doctorCommand,
  explainCommand,
  main,
  reportCommand,
  trainCommand,
  verifyCommand,
} from '@gan-zoo/core/cli';
import packageJson from '../package.json' with { type: 'json' };
import { configSchema, presets } from './config.ts';

const cyclegan = {
  name: 'cyclegan',
  version: packageJson.version,
  ...{ schema: configSchema, presets, defaultPreset: 'published' },
  load: async () => (await import('./definition.ts')).cyclegan,
};

/** The commands whose options need what their work needs. */
const commands = () => import('./commands.ts');

await main({
  name: cyclegan.name,
  description:
    'Translates pictures into the style of others, and back, without pairs to learn from',
  version: cyclegan.version,
  commands: [
    {
      name: 'demo',
      description: 'Draws emoji, trains small networks on them and shows both translations',
      load: async () => (await commands()).demo,
    },
    {
      name: 'prepare',
      description: 'Makes a data set to train on: emoji as flat drawings (A) and in 3D (B)',
      load: async () => (await commands()).prepare,
    },
    trainCommand(cyclegan, [
      '--preset small',
      '--domain-a ~/photos --domain-b ~/paintings --preset published-128',
    ]),
    {
      name: 'translate',
      description: 'Translates pictures of any size with a trained generator',
      load: async () => (await commands()).translate,
    },
    {
      name: 'evaluate',
      description: 'Measures a trained translation beside baselines that learn nothing',
      load: async () => (await commands()).evaluate,
    },
    doctorCommand(cyclegan),
    reportCommand(cyclegan),
    verifyCommand(cyclegan),
    explainCommand(cyclegan),
    {
      name: 'bench',
      description: 'Times the steps of training on this machine',
      load: async () => (await commands()).bench,
    },
  ],
});
