import { imageToImageCommands, main } from '@gan-zoo/core/cli';
import packageJson from '../package.json' with { type: 'json' };
import { configSchema, presets } from './config.ts';

const pix2pix = {
  name: 'pix2pix',
  version: packageJson.version,
  ...{ schema: configSchema, presets, defaultPreset: 'published' },
  load: async () => (await import('./definition.ts')).pix2pix,
};

await main({
  ...pix2pix,
  description: 'Learns from pairs of pictures how to turn one into the other',
  commands: imageToImageCommands(pix2pix, {
    examples: {
      train: [
        '--preset small',
        '--data ~/facades --direction b-to-a',
        '--domain-a ~/maps --domain-b ~/photos',
      ],
      translate: [
        '--run latest --input sketch.png --out translated',
        '--run latest --input "sketches/*.jpg" --out translated --no-dropout',
        '--weights facades_label2photo.pth --input labels --out facades',
      ],
      evaluate: ['--run latest', '--run latest --test-a ~/maps/test --test-b ~/photos/test'],
    },
    bench: async () => (await import('./bench/benchPlan.ts')).benchPlan,
  }),
});
