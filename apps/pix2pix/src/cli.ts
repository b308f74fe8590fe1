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

const pix2pix = {
  name: 'pix2pix',
  version: packageJson.version,
  ...{ schema: configSchema, presets, defaultPreset: 'published' },
  load: async () => (await import('./definition.ts')).pix2pix,
};

/** The commands whose options need what their work needs. */
const commands = () => import('./commands.ts');

await main({
  name: pix2pix.name,
  description: 'Learns from pairs of pictures how to turn one into the other',
  version: pix2pix.version,
  commands: [
    trainCommand(pix2pix, [
      '--preset small',
      '--data ~/facades --direction b-to-a',
      '--domain-a ~/maps --domain-b ~/photos',
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
    doctorCommand(pix2pix),
    reportCommand(pix2pix),
    verifyCommand(pix2pix),
    explainCommand(pix2pix),
    {
      name: 'bench',
      description: 'Times the steps of training on this machine',
      load: async () => (await commands()).bench,
    },
  ],
});
