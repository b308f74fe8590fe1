import { countParameters, outputShapeOf } from '@gan-zoo/core';
import { describe, expect, it } from 'vitest';
import type { Config } from '../config.ts';
import { configSchema } from '../configSchema.ts';
import { presets } from '../presets.ts';
import { settingsOf } from '../settings.ts';
import * as bicycle from './bicycle/networks.ts';
import { latentUnet } from './bicycle/latentUnet.ts';
import { methods } from './index.ts';
import * as pix2pix from './pix2pix/networks.ts';
import * as zi2zi from './zi2zi/networks.ts';

const configured = (values: object = {}) => settingsOf(configSchema.parse(values));
const pictures = [2, 256, 256, 3];

describe('zi2zi as published', () => {
  const config = configured(presets.published.values);
  const [generator, discriminator] = [
    zi2zi.createGenerator(config),
    zi2zi.createDiscriminator(config),
  ];

  it('has 86,661,187 and 25,809,001 parameters', () => {
    expect(countParameters(generator)).toBe(86_661_187);
    expect(countParameters(discriminator)).toBe(25_809_001);
  });

  it('has one pixel of code and 40 style logits', () => {
    expect(outputShapeOf(generator, pictures, [2, 40])).toEqual({
      images: pictures,
      code: [2, 1, 1, 512],
    });
    const { logits, styleLogits, features } = outputShapeOf(discriminator, [2, 256, 256, 6]);
    expect([logits, styleLogits]).toEqual([
      [2, 1],
      [2, 40],
    ]);
    expect(features.at(-1)).toEqual([2, 32, 32, 512]);
  });

  it('has a table of 40 · 128 more where styles are learned', () => {
    const learned = zi2zi.createGenerator({ ...config, embedding: 'learned' });
    expect(countParameters(learned)).toBe(86_661_187 + 40 * 128);
  });

  it('has scales and shifts for every style with conditional norm', () => {
    const normed = 4 * 512 + 256 + 128 + 64;
    const conditional = zi2zi.createGenerator({ ...config, norm: 'conditional' });
    expect(countParameters(conditional)).toBe(86_661_187 + 39 * 2 * normed);
  });
});

describe('BicycleGAN as published', () => {
  const config = configured(presets['published-bicycle'].values);
  const networks = bicycle.createNetworks(config);

  it('has 54,794,627, 2,590,032 and twice 3,458,978 parameters', () => {
    expect(countParameters(networks.generator)).toBe(54_794_627);
    expect(countParameters(networks.encoder)).toBe(2_590_032);
    expect(countParameters(networks.discriminator)).toBe(3_458_978);
    expect(countParameters(networks.discriminator2)).toBe(3_458_978);
  });

  it('has 54,792,579 with grey sources', () => {
    expect(countParameters(latentUnet(config, 1))).toBe(54_792_579);
  });

  it('has a scale and a shift per normed channel and latent more with conditional norm', () => {
    const normed = 2 * (128 + 256 + 4 * 512) + 64;
    const { generator } = bicycle.createNetworks({ ...config, norm: 'conditional' });
    expect(countParameters(generator)).toBe(54_794_627 + 2 * normed * (8 + 1));
  });

  it('has 16·c + 32·c² (1 + 4 + 16) weights and a head of all places in a plain encoder', () => {
    const small = configured({ method: 'bicycle', imageSize: 64, channels: 1, encoder: 'plain' });
    const { encoder } = bicycle.createNetworks({ ...small, filters: 16 });
    const convs = 16 * 16 + 32 * 16 ** 2 * (1 + 4 + 16) + 16 * (1 + 2 + 4 + 8);
    expect(countParameters(encoder)).toBe(convs + 2 * (128 * 4 ** 2 * 8 + 8));
    expect(outputShapeOf(encoder, [2, 64, 64, 1])).toEqual({ mean: [2, 8], logVariance: [2, 8] });
    const large = bicycle.createNetworks({ ...config, encoder: 'plain' });
    expect(outputShapeOf(large.encoder, pictures)).toEqual({ mean: [2, 8], logVariance: [2, 8] });
    expect(large.encoder.parameters['conv.10.weight']!.shape).toEqual([512, 512, 4, 4]);
    const odd = configured({ method: 'bicycle', imageSize: 96, channels: 1, encoder: 'plain' });
    expect(bicycle.createNetworks(odd).encoder.parameters['fc.0.weight']!.shape).toEqual([
      8,
      512 * 6 ** 2,
    ]);
  });

  it('draws pictures, reads styles and judges patches at two scales', () => {
    expect(outputShapeOf(networks.generator, pictures, [2, 8])).toEqual(pictures);
    expect(outputShapeOf(networks.encoder, pictures)).toEqual({
      mean: [2, 8],
      logVariance: [2, 8],
    });
    expect(outputShapeOf(networks.discriminator, pictures).logits).toEqual([
      [2, 30, 30, 1],
      [2, 14, 14, 1],
    ]);
  });
});

describe('pix2pix as published', () => {
  it('has 54,413,955 and 2,768,705 parameters', () => {
    const config = configured(presets['published-pix2pix'].values);
    const { generator, discriminator } = pix2pix.createNetworks(config);
    expect(countParameters(generator)).toBe(54_413_955);
    expect(countParameters(discriminator)).toBe(2_768_705);
    expect(outputShapeOf(discriminator, [1, 256, 256, 6]).logits).toEqual([1, 30, 30, 1]);
  });
});

describe('sizes', () => {
  it.each(['zi2zi', 'bicycle', 'pix2pix'] as const)('of 64 and 96 px suit %s', (method) => {
    for (const imageSize of [64, 96]) {
      const config = configured({ method, imageSize, channels: 1, filters: 2 });
      const shape = [2, imageSize, imageSize, 1];
      const drawn = {
        zi2zi: () => outputShapeOf(zi2zi.createGenerator(config), shape, [2, 40]).images,
        bicycle: () => outputShapeOf(bicycle.createNetworks(config).generator, shape, [2, 8]),
        pix2pix: () => outputShapeOf(pix2pix.createNetworks(config).generator, shape),
      };
      expect(drawn[method]()).toEqual(shape);
    }
  });

  it.each<[Partial<Config>, string]>([
    [
      { imageSize: 60 },
      '--image-size: expected a multiple of 16 with --method zi2zi, which halves pictures at least ' +
        'four times, received 60.',
    ],
    [
      { method: 'bicycle', imageSize: 80 },
      '--image-size: expected a multiple of 32 with --method bicycle, which halves pictures at ' +
        'least five times, received 80.',
    ],
    [
      { method: 'bicycle', imageSize: 32 },
      '--image-size: expected at least 64 with --method bicycle, whose discriminators look at ' +
        'patches of pictures of half the size too, received 32.',
    ],
    [
      { method: 'pix2pix', imageSize: 48 },
      '--image-size: expected a multiple of 32 with --method pix2pix, which halves pictures at ' +
        'least five times, received 48.',
    ],
  ])('that cannot be halved are refused: %o', (values, message) => {
    const config = configured(values);
    expect(() => methods[config.method].createGame(config)).toThrow(message);
  });
});
