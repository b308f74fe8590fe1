import { UsageError } from '@gan-zoo/compiler';
import { countParameters, outputShapeOf } from '@gan-zoo/core';
import { describe, expect, it } from 'vitest';
import { configSchema, presets, type Config } from './config.ts';
import { createGame } from './game.ts';

const networksOf = (values: Partial<Config>) => createGame(configSchema.parse(values)).networks;

describe('the published networks', () => {
  it.each([
    ['resnet-9', {}, 11_378_179, 2_764_737, 30],
    ['resnet-6', presets['published-128'].values, 7_837_699, 2_764_737, 14],
    ['resnet-9, nearest', { upsampling: 'nearest' }, 11_378_179, 2_764_737, 30],
    ['94×94 patches', { discriminator: 'patch-94' }, 11_378_179, 2_764_737, 16],
    ['U-Net-256', { generator: 'unet-256', norm: 'batch' }, 54_413_955, 2_765_633, 30],
    ['pixel', { discriminator: 'pixel' }, 11_378_179, 8_705, 256],
  ] as const)('%s: parameters, and sizes', (_name, values, generator, discriminator, map) => {
    const config = configSchema.parse(values);
    const { networks } = createGame(config);
    expect(countParameters(networks.generatorAtoB)).toBe(generator);
    expect(countParameters(networks.generatorBtoA)).toBe(generator);
    expect(countParameters(networks.discriminatorA)).toBe(discriminator);
    const { imageSize } = config;
    const images = [1, imageSize, imageSize, 3];
    expect(outputShapeOf(networks.generatorAtoB, images)).toEqual(images);
    expect(outputShapeOf(networks.discriminatorB, images)).toEqual([1, map, map, 1]);
  });

  it('take and give as many channels as their domains have', () => {
    const networks = networksOf({ channelsA: 1, channelsB: 3, lambdaIdentity: 0 });
    expect(outputShapeOf(networks.generatorAtoB, [1, 64, 64, 1])).toEqual([1, 64, 64, 3]);
    expect(outputShapeOf(networks.generatorBtoA, [1, 64, 64, 3])).toEqual([1, 64, 64, 1]);
    expect(outputShapeOf(networks.discriminatorA, [1, 64, 64, 1])).toEqual([1, 6, 6, 1]);
    expect(outputShapeOf(networks.discriminatorB, [1, 64, 64, 3])).toEqual([1, 6, 6, 1]);
  });

  it('replace the discriminators’ norm by spectral norm', () => {
    const names = Object.keys(networksOf({ spectralNorm: true }).discriminatorA.parameters);
    expect(names).toContain('model.2.weight_orig');
    expect(names).toContain('model.2.bias');
    expect(names).not.toContain('model.3.weight');
  });
});

describe('combinations that cannot work', () => {
  it.each<[Partial<Config>, string]>([
    [
      { generator: 'unet-256', imageSize: 128 },
      '--image-size: expected a multiple of 256 for --generator unet-256, which halves pictures 8 ' +
        'times, received 128. Use 256, or another generator.',
    ],
    [
      { imageSize: 66, loadSize: 70 },
      '--image-size: expected a multiple of 4 for --generator resnet, which halves pictures 2 ' +
        'times, received 66. Use 68, or another generator.',
    ],
    [
      { loadSize: 128 },
      '--load-size: expected at least --image-size (256), which is cut out of it, received 128.',
    ],
    [
      { channelsB: 1, lambdaIdentity: 0, residual: true },
      '--residual: expected equal channels, of which a generator can draw the difference, received ' +
        '--channels-a 3 and --channels-b 1.',
    ],
    [
      { imageSize: 16, loadSize: 16 },
      '--image-size: expected pictures of which --discriminator patch-70 sees at least one patch, ' +
        'received 16. Use at least 24, or --discriminator pixel.',
    ],
    [
      { imageSize: 28, loadSize: 28, discriminator: 'patch-94' },
      '--image-size: expected pictures of which --discriminator patch-94 sees at least one patch, ' +
        'received 28. Use at least 32, or --discriminator pixel.',
    ],
  ])('are refused: %o', (values, message) => {
    const build = () => networksOf(values);
    expect(build).toThrow(UsageError);
    expect(build).toThrow(message);
  });

  it('but the same without the obstacle work', () => {
    for (const values of [
      { generator: 'unet-128', imageSize: 128, loadSize: 143 },
      { channelsB: 1, lambdaIdentity: 0 },
      { loss: 'wgan-gp' },
      { imageSize: 24, loadSize: 24 },
    ] as const) {
      expect(() => networksOf(values)).not.toThrow();
    }
  });

  it.each<[Partial<Config>, string, string]>([
    [
      { channelsB: 1 },
      'lambdaIdentity',
      'expected 0 for --channels-a 3 and --channels-b 1: a generator takes pictures of its own ' +
        'target only when both have equal channels',
    ],
    [
      { loss: 'wgan-gp', norm: 'batch' },
      'loss',
      'expected --norm instance or --spectral-norm with wgan-gp: the gradient penalty is one per ' +
        'picture, and batch norm mixes the pictures of a batch',
    ],
    [
      { loss: 'wgan-gp', labelSmoothing: 0.1 },
      'labelSmoothing',
      'expected 0 with --loss wgan-gp, which has no labels to smooth',
    ],
  ])('%o are refused with the other options', (values, key, message) => {
    const { error } = configSchema.safeParse(values);
    expect(error?.issues).toMatchObject([{ path: [key], message }]);
  });
});
