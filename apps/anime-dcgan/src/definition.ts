import { noiseToImage } from '@gan-zoo/core';
import packageJson from '../package.json' with { type: 'json' };
import { configSchema, presets } from './config.ts';
import { createGame } from './game.ts';

/** A DCGAN for anime avatars, or any other folder of pictures. */
export const animeDcgan = noiseToImage({
  name: 'anime-dcgan',
  version: packageJson.version,
  schema: configSchema,
  presets,
  defaultPreset: 'published',
  createGame,
});
