import { countParameters, outputShapeOf } from '@gan-zoo/core';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { createGame } from './game.ts';

const createNetworks = (values: object) => createGame(configSchema.parse(values)).networks;

describe('the published networks', () => {
  it.each([
    ['256 px', {}, 54_413_955, 2_768_705],
    ['128 px', { generator: 'unet-128', imageSize: 128, loadSize: 143 }, 41_828_995, 2_768_705],
    ['pixel', { discriminator: 'pixel' }, 54_413_955, 9_024],
  ] as const)('%s: parameters and sizes', (_name, values, generator, discriminator) => {
    const config = configSchema.parse(values);
    const { networks } = createGame(config);
    expect(countParameters(networks.generator)).toBe(generator);
    expect(countParameters(networks.discriminator)).toBe(discriminator);
    const { imageSize } = config;
    const images = [1, imageSize, imageSize, 3];
    expect(outputShapeOf(networks.generator, images)).toEqual(images);
  });

  it('follow the direction', () => {
    const { generator, discriminator } = createNetworks({ channelsA: 1, direction: 'b-to-a' });
    expect(outputShapeOf(generator, [1, 256, 256, 3])).toEqual([1, 256, 256, 1]);
    expect(outputShapeOf(discriminator, [1, 256, 256, 4])).toEqual([1, 30, 30, 1]);
  });

  it.each([
    [
      { imageSize: 128 },
      '--image-size: expected a multiple of 256 for --generator unet-256, which halves pictures 8 ' +
        'times, received 128. Use 256, or another generator.',
    ],
    [
      { loadSize: 200 },
      '--load-size: expected at least --image-size (256), which is cut out of it, received 200.',
    ],
  ])('refuse %o', (values, message) => {
    expect(() => createNetworks(values)).toThrow(message);
  });
});
