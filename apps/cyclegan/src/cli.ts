import { imageToImageCommands, main } from '@gan-zoo/core/cli';
import packageJson from '../package.json' with { type: 'json' };
import { configSchema, presets } from './config.ts';

const cyclegan = {
  name: 'cyclegan',
  version: packageJson.version,
  ...{ schema: configSchema, presets, defaultPreset: 'published' },
  load: async () => (await import('./definition.ts')).cyclegan,
};

await main({
  ...cyclegan,
  description: 'Translates pictures into the style of others and back, without pairs',
  commands: imageToImageCommands(cyclegan, {
    examples: {
      train: [
        '--preset small',
        '--domain-a ~/photos --domain-b ~/paintings --preset published-128',
      ],
      translate: [
        '--run latest --input data/emoji/testA --out translated',
        '--run latest --direction b-to-a --input photo.jpg --out translated --compare',
        '--weights monet2photo.pth --input "paintings/*.jpg" --out photos',
      ],
      evaluate: ['--run latest', '--run latest --test-a photos --test-b paintings --num 100'],
    },
    before: [
      {
        name: 'demo',
        description: 'Draws emoji, trains small networks on them and shows both translations',
        load: async () => (await import('./demoCommand.ts')).demoCommand,
      },
      {
        name: 'prepare',
        description: 'Makes a data set to train on: emoji as flat drawings (A) and in 3D (B)',
        load: async () => (await import('./prepareCommand.ts')).prepareCommand,
      },
    ],
    bench: async () => (await import('./bench/benchPlan.ts')).benchPlan,
  }),
});
