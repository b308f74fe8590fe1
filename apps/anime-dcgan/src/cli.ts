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

const animeDcgan = {
  name: 'anime-dcgan',
  version: packageJson.version,
  ...{ schema: configSchema, presets, defaultPreset: 'published' },
  load: async () => (await import('./definition.ts')).animeDcgan,
};

/** The commands whose options need what their work needs. */
const commands = () => import('./commands.ts');

await main({
  name: animeDcgan.name,
  description: 'Trains a DCGAN on avatars, or on any folder of pictures, and draws new ones',
  version: animeDcgan.version,
  commands: [
    {
      name: 'demo',
      description: 'Draws avatars, trains a small network on them and shows what it has learnt',
      load: async () => (await commands()).demo,
    },
    {
      name: 'prepare',
      description: 'Draws avatars to train on, or makes training pictures of your own folder',
      load: async () => (await commands()).prepare,
    },
    trainCommand(animeDcgan, ['--data ~/pictures', '--preset small --minutes 5']),
    {
      name: 'generate',
      description: 'Draws pictures with a trained network and keeps the best',
      load: async () => (await commands()).generate,
    },
    doctorCommand(animeDcgan),
    reportCommand(animeDcgan),
    verifyCommand(animeDcgan),
    explainCommand(animeDcgan),
    {
      name: 'bench',
      description: 'Times the steps of training on this machine',
      load: async () => (await commands()).bench,
    },
  ],
});
