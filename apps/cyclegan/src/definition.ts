import { unpairedTranslation } from '@gan-zoo/core';
import packageJson from '../package.json' with { type: 'json' };
import { configSchema, presets } from './config.ts';
import { createGame, planPools } from './game.ts';

/** CycleGAN: translates pictures between two folders that have no pairs. */
export const cyclegan = unpairedTranslation({
  name: 'cyclegan',
  version: packageJson.version,
  schema: configSchema,
  presets,
  defaultPreset: 'published',
  createGame,
  draws: planPools,
  plots: [
    {
      name: 'reconstruction',
      title: 'How far pictures are from themselves',
      yLabel: 'mean absolute difference',
      metrics: ['cycleLossA', 'cycleLossB', 'identityLossA', 'identityLossB'],
    },
  ],
  tinyConfig: {
    // The least side whose maps still have several patches.
    imageSize: 32,
    loadSize: 36,
    blocks: 1,
    poolSize: 3,
  },
});
