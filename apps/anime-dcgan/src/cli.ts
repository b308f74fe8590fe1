import { main, noiseToImageCommands } from '@gan-zoo/core/cli';
import packageJson from '../package.json' with { type: 'json' };
import { configSchema, presets } from './config.ts';

const animeDcgan = {
  name: 'anime-dcgan',
  version: packageJson.version,
  ...{ schema: configSchema, presets, defaultPreset: 'published' },
  load: async () => (await import('./definition.ts')).animeDcgan,
};

await main({
  ...animeDcgan,
  description: 'Trains a DCGAN on avatars, or on any folder of pictures, and draws new ones',
  commands: noiseToImageCommands(animeDcgan, {
    examples: { train: ['--data ~/pictures', '--preset small --minutes 5'] },
    before: [
      {
        name: 'demo',
        description: 'Draws avatars, trains a small network on them and shows what it has learnt',
        load: async () => (await import('./demoCommand.ts')).demoCommand,
      },
      {
        name: 'prepare',
        description: 'Draws avatars to train on, or makes training pictures of your own folder',
        load: async () => (await import('./prepareCommand.ts')).prepareCommand,
      },
    ],
    bench: async () => (await import('./bench/benchPlan.ts')).benchPlan,
  }),
});
