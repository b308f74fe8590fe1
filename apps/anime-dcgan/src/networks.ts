import {
  batchNorm,
  conv2d,
  conv2dTranspose,
  dcganNormal,
  identity,
  leakyRelu,
  named,
  relu,
  sequential,
  spectralNorm,
  tanh,
} from '@gan-zoo/core';
import type { Conv2dOptions, InitScheme, Layer } from '@gan-zoo/core';

/** What the two networks depend on. */
export interface NetworkConfig {
  /** Side of the pictures in pixels. */
  readonly imageSize: 64 | 96;
  /** Length of a latent vector. */
  readonly latentDim: number;
  /** Channels of the generator's last hidden layer; the first has eight times as many. */
  readonly generatorFilters: number;
  /** Channels of the discriminator's first layer; the last has eight times as many. */
  readonly discriminatorFilters: number;
  /** Batch norm in the discriminator; default true. */
  readonly discriminatorBatchNorm?: boolean;
  /** Spectral norm in the discriminator, in place of batch norm; default false. */
  readonly spectralNorm?: boolean;
}

/** The layer next to the pictures: 96 = 3·32 and 64 = 2·32. */
const pictureLayer = {
  96: { kernelSize: 5, strides: 3, padding: 1 },
  64: { kernelSize: 4, strides: 2, padding: 1 },
} as const;

const halving = { kernelSize: 4, strides: 2, padding: 1, bias: false } as const;

/**
 * The generator: latents [N, 1, 1, latentDim] → pictures [N, S, S, 3] in [-1, 1].
 *
 * 4×4 ← latents, then 8, 16 and 32 px by transposed convolutions with batch norm and ReLU, and the
 * last one to S px with tanh. No biases. 3,578,432 parameters at 96 px, 3,576,704 at 64 px with 64
 * filters.
 *
 * Paper: Radford et al., "Unsupervised representation learning with deep convolutional generative
 * adversarial networks" (arXiv 1511.06434); the 96 px form is AnimeGAN's of pytorch-book, the 64 px
 * form that of pytorch/examples.
 */
export function createGenerator({
  imageSize,
  latentDim,
  generatorFilters: f,
}: NetworkConfig): Layer {
  const up = (inChannels: number, filters: number) =>
    conv2dTranspose({ inChannels, filters, ...halving });
  return named(
    'main',
    sequential({
      0: conv2dTranspose({
        inChannels: latentDim,
        filters: 8 * f,
        kernelSize: 4,
        strides: 1,
        padding: 0,
        bias: false,
      }),
      1: batchNorm({ channels: 8 * f }),
      2: relu(),
      3: up(8 * f, 4 * f),
      4: batchNorm({ channels: 4 * f }),
      5: relu(),
      6: up(4 * f, 2 * f),
      7: batchNorm({ channels: 2 * f }),
      8: relu(),
      9: up(2 * f, f),
      10: batchNorm({ channels: f }),
      11: relu(),
      12: conv2dTranspose({ inChannels: f, filters: 3, ...pictureLayer[imageSize], bias: false }),
      13: tanh(),
    }),
  );
}

/** Whether the discriminator has batch norm: as published, unless it is switched off or replaced. */
export const hasBatchNorm = ({
  discriminatorBatchNorm = true,
  spectralNorm: isSpectral = false,
}: Pick<NetworkConfig, 'discriminatorBatchNorm' | 'spectralNorm'>): boolean =>
  discriminatorBatchNorm && !isSpectral;

/**
 * The discriminator: pictures [N, S, S, 3] → logits [N, 1, 1, 1].
 *
 * To 32 px without batch norm, to 16, 8 and 4 px with it, LeakyReLU 0.2 throughout, and one 4×4
 * convolution to the logit. No biases. 2,767,296 parameters at 96 px, 2,765,568 at 64 px with 64
 * filters. The published network ends in a sigmoid, which here is part of the loss.
 *
 * Without batch norm, or with spectral norm on every convolution instead, convolutions have biases.
 */
export function createDiscriminator(config: NetworkConfig): Layer {
  const { imageSize, discriminatorFilters: f } = config;
  const hasNorm = hasBatchNorm(config);
  const conv = (options: Conv2dOptions): Layer => {
    const layer = conv2d({ ...options, bias: !hasNorm });
    return config.spectralNorm === true ? spectralNorm(layer) : layer;
  };
  const down = (inChannels: number, filters: number) => conv({ inChannels, filters, ...halving });
  const norm = (channels: number): Layer => (hasNorm ? batchNorm({ channels }) : identity());
  return named(
    'main',
    sequential({
      0: conv({ inChannels: 3, filters: f, ...pictureLayer[imageSize] }),
      1: leakyRelu(0.2),
      2: down(f, 2 * f),
      3: norm(2 * f),
      4: leakyRelu(0.2),
      5: down(2 * f, 4 * f),
      6: norm(4 * f),
      7: leakyRelu(0.2),
      8: down(4 * f, 8 * f),
      9: norm(8 * f),
      10: leakyRelu(0.2),
      11: conv({ inChannels: 8 * f, filters: 1, kernelSize: 4, strides: 1, padding: 0 }),
    }),
  );
}

/** How the weights start: PyTorch's layer defaults, or the DCGAN paper's N(0, 0.02). */
export const initSchemes: Readonly<Record<'torch' | 'normal', InitScheme>> = {
  torch: {},
  normal: dcganNormal,
};
