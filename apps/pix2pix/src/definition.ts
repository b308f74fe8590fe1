import { pairedTranslation } from '@gan-zoo/core';
import packageJson from '../package.json' with { type: 'json' };
import { configSchema, presets } from './config.ts';
import { createGame } from './game.ts';

/** pix2pix: learns from pairs how to turn one picture into the other. */
export const pix2pix = pairedTranslation({
  name: 'pix2pix',
  version: packageJson.version,
  schema: configSchema,
  presets,
  defaultPreset: 'published',
  createGame,
  plots: [
    {
      name: 'difference',
      title: 'How far translations are from the true pictures',
      yLabel: 'mean absolute difference',
      metrics: ['l1Loss'],
    },
  ],
  tinyConfig: {
    imageSize: 64,
    loadSize: 72,
    generator: 'unet-64',
    filters: 2,
    discriminatorFilters: 2,
    batchSize: 2,
    sampleCount: 2,
    emaDecay: 0.9,
  },
});
