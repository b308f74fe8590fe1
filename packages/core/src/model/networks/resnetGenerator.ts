import { convBeforeNorm, normLayer, type NormKind } from '../blocks/normLayer.ts';
import { resnetBlock } from '../blocks/resnetBlock.ts';
import { relu, tanh } from '../layers/activations.ts';
import { assertWhole } from '../layers/assertShape.ts';
import { named, sequential } from '../layers/compose.ts';
import { conv2d } from '../layers/conv2d.ts';
import { conv2dTranspose } from '../layers/conv2dTranspose.ts';
import type { Module } from '../layers/module.ts';
import { reflectionPad } from '../layers/padding.ts';
import { upsampleNearest } from '../layers/upsample.ts';

/** Options of {@link resnetGenerator}. */
export interface ResnetGeneratorOptions {
  /** Default 3. */
  readonly inChannels?: number;
  /** Default 3. */
  readonly outChannels?: number;
  /** Filters of the first layer; default 64. */
  readonly filters?: number;
  /** Residual blocks in the middle: 9 for 256 px (the default), 6 for 128 px. */
  readonly blocks?: number;
  /** Default `instance`. */
  readonly norm?: NormKind;
  /**
   * How it enlarges: `transposed` convolutions (the default, the published form), or `nearest` ×2
   * and a 3×3 convolution, which has as many parameters and draws no checkerboards.
   */
  readonly upsampling?: 'transposed' | 'nearest';
  /** Dropout in the residual blocks; default 0. */
  readonly dropoutRate?: number;
}

/**
 * CycleGAN's generator (Zhu et al. 2017, arXiv 1703.10593): reflect-pad 3 and C7, two C(3,2,1) down,
 * residual blocks, two steps up, reflect-pad 3, C7 and tanh.
 *
 * With `transposed` the parameters carry the names of the authors' code
 * (pytorch-CycleGAN-and-pix2pix: `model.1.weight`, `model.10.conv_block.1.weight`), with `nearest`
 * those of PyTorch-GAN's CycleGAN (`model.10.block.1.weight`), so that weights of either load.
 *
 * Shape: [N, H, W, inChannels] → [N, H, W, outChannels] in (−1, 1); H and W multiples of 4.
 */
export function resnetGenerator(options: ResnetGeneratorOptions = {}): Module {
  const { inChannels = 3, outChannels = 3, filters = 64, blocks = 9, norm = 'instance' } = options;
  const { upsampling = 'transposed', dropoutRate = 0 } = options;
  assertWhole('resnetGenerator', 'blocks', blocks, 0);
  const bodyName = upsampling === 'transposed' ? 'conv_block' : 'block';
  const normalised = (channels: number, conv: (options: OwnBias) => Module): Module[] => [
    convBeforeNorm(norm, channels, conv),
    normLayer(norm, channels),
    relu(),
  ];
  const down = (from: number): Module[] => {
    const own = { inChannels: from, filters: 2 * from, kernelSize: 3, strides: 2, padding: 1 };
    return normalised(2 * from, ({ bias }) => conv2d({ ...own, bias }));
  };
  const up = (from: number): Module[] => {
    const own = { inChannels: from, filters: from / 2, kernelSize: 3, padding: 1 };
    const doubling = { ...own, strides: 2, outputPadding: 1 };
    return upsampling === 'transposed'
      ? normalised(from / 2, ({ bias }) => conv2dTranspose({ ...doubling, bias }))
      : [upsampleNearest(), ...normalised(from / 2, ({ bias }) => conv2d({ ...own, bias }))];
  };
  const middle = Array.from({ length: blocks }, () =>
    resnetBlock({ channels: 4 * filters, norm, dropoutRate, bodyName }),
  );
  return named(
    'model',
    sequential([
      reflectionPad(3),
      ...normalised(filters, ({ bias }) => conv2d({ inChannels, filters, kernelSize: 7, bias })),
      ...down(filters),
      ...down(2 * filters),
      ...middle,
      ...up(4 * filters),
      ...up(2 * filters),
      reflectionPad(3),
      conv2d({ inChannels: filters, filters: outChannels, kernelSize: 7 }),
      tanh(),
    ]),
  );
}

interface OwnBias {
  readonly bias: boolean;
}
