import { describe, expect, it } from 'vitest';
import { countParameters, dropoutMasks, outputShapeOf, type Module } from '../layers/index.ts';
import {
  conditionalMlpDiscriminator,
  conditionalMlpGenerator,
  mlpDiscriminator,
  mlpGenerator,
  patchDiscriminator,
  pixelDiscriminator,
  residualDiscriminator,
  residualGenerator,
  resnetGenerator,
  unetGenerator,
} from './index.ts';

type Row = [what: string, net: Module, count: number, input: number[], output: number[]];

const images = (size: number, channels = 3): number[] => [2, size, size, channels];
const unet = { dropoutRate: 0.5 };

const rows: Row[] = [
  ['ResNet-9', resnetGenerator(), 11_378_179, images(256), images(256)],
  ['ResNet-6', resnetGenerator({ blocks: 6 }), 7_837_699, images(128), images(128)],
  [
    'ResNet-9, nearest',
    resnetGenerator({ upsampling: 'nearest' }),
    11_378_179,
    images(64),
    images(64),
  ],
  ['U-Net-256', unetGenerator(unet), 54_413_955, images(256), images(256)],
  ['U-Net-128', unetGenerator({ ...unet, levels: 7 }), 41_828_995, images(128), images(128)],
  ['PatchGAN 6', patchDiscriminator({ inChannels: 6 }), 2_768_705, images(256, 6), images(30, 1)],
  ['PatchGAN IN', patchDiscriminator({ norm: 'instance' }), 2_764_737, images(256), images(30, 1)],
  [
    'PatchGAN IN, wide',
    patchDiscriminator({ norm: 'instance', variant: 'wide' }),
    2_764_737,
    images(256),
    images(16, 1),
  ],
  ['pixel D', pixelDiscriminator({ inChannels: 6 }), 9_024, images(256, 6), images(256, 1)],
  ['residual G 32', residualGenerator({ size: 32 }), 4_276_739, [2, 128], images(32)],
  ['residual G 64', residualGenerator({ size: 64 }), 12_220_675, [2, 128], images(64)],
  ['residual G 96', residualGenerator({ size: 96 }), 4_956_355, [2, 128], images(96)],
  ['residual D 32', residualDiscriminator({ size: 32 }), 1_053_825, images(32), [2, 1]],
  ['residual D 64', residualDiscriminator({ size: 64 }), 10_141_441, images(64), [2, 1]],
  ['residual D 96', residualDiscriminator({ size: 96 }), 2_536_193, images(96), [2, 1]],
  ['vanilla G', mlpGenerator(), 1_510_032, [2, 100], images(28, 1)],
  ['vanilla D', mlpDiscriminator(), 533_505, images(28, 1), [2, 1]],
];

describe('published networks', () => {
  it.each(rows)('%s: parameters and output shape', (_what, net, count, input, output) => {
    expect(countParameters(net)).toBe(count);
    expect(outputShapeOf(net, input)).toEqual(output);
  });

  it('conditional MLPs at 32 px: parameters and output shape', () => {
    const image = { height: 32, width: 32, channels: 1 };
    const generator = conditionalMlpGenerator({ image });
    const discriminator = conditionalMlpDiscriminator({ image });
    expect(countParameters(generator)).toBe(1_757_412);
    expect(countParameters(discriminator)).toBe(1_055_845);
    expect(outputShapeOf(generator, [2, 100], [2])).toEqual([2, 32, 32, 1]);
    expect(outputShapeOf(discriminator, [2, 32, 32, 1], [2])).toEqual([2, 1]);
  });

  it('ResNet-9 has the names of the published weights', () => {
    const weights = weightNames(resnetGenerator());
    expect(weights.slice(0, 5)).toEqual([
      'model.1.weight',
      'model.4.weight',
      'model.7.weight',
      'model.10.conv_block.1.weight',
      'model.10.conv_block.5.weight',
    ]);
    expect(weights.slice(-4)).toEqual([
      'model.18.conv_block.5.weight',
      'model.19.weight',
      'model.22.weight',
      'model.26.weight',
    ]);
    const withDropout = weightNames(resnetGenerator({ dropoutRate: 0.5 }));
    expect(withDropout).toContain('model.10.conv_block.6.weight');
  });

  it('U-Net-256 and PatchGAN have the names of the published weights', () => {
    const deepest = `model.${'model.1.' + 'model.3.'.repeat(6)}`;
    expect(weightNames(unetGenerator())).toContain(`${deepest}model.1.weight`);
    expect(weightNames(unetGenerator())).toContain(`${deepest}model.3.weight`);
    expect(weightNames(patchDiscriminator())).toEqual(
      [0, 2, 3, 5, 6, 8, 9, 11].map((layer) => `model.${layer}.weight`),
    );
    expect(weightNames(pixelDiscriminator())).toEqual(
      [0, 2, 3, 5].map((layer) => `net.${layer}.weight`),
    );
  });

  it('U-Net asks for dropout masks on the inner levels of equal width only', () => {
    const masks = dropoutMasks(unetGenerator(), images(256));
    expect(Object.values(masks).map(({ shape }) => shape)).toEqual([
      [2, 4, 4, 512],
      [2, 8, 8, 512],
      [2, 16, 16, 512],
    ]);
    expect(Object.keys(masks)[2]).toBe('model.model.1.model.3.model.3.model.3.model.7');
  });

  it('rejects sizes and settings that cannot work', () => {
    expect(() => unetGenerator({ levels: 4 })).toThrow(
      'unetGenerator: expected levels to be a whole number of at least 5, received 4.',
    );
    expect(() => resnetGenerator({ blocks: 1.5 })).toThrow(
      'resnetGenerator: expected blocks to be a whole number of at least 0, received 1.5.',
    );
    expect(() => outputShapeOf(patchDiscriminator(), images(16))).toThrow(
      'conv2d "model.11": expected an image at least as large as the kernel of 4 pixels, ' +
        'received [2, 1, 1, 512]. Use larger images.',
    );
  });
});

const weightNames = (net: Module): string[] =>
  Object.keys(net.parameters).filter((name) => name.endsWith('.weight'));
