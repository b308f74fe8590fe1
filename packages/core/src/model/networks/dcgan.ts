import { UserError } from '@gan-zoo/compiler';
import { leakyRelu, relu, tanh } from '../layers/activations.ts';
import { batchNorm } from '../layers/batchNorm.ts';
import { identity, named, sequential } from '../layers/compose.ts';
import { conv2d, type Conv2dOptions } from '../layers/conv2d.ts';
import { conv2dTranspose } from '../layers/conv2dTranspose.ts';
import type { Module } from '../layers/module.ts';
import { spectralNorm } from '../layers/spectralNorm.ts';

/** How an image of a size is built up: 64 = 4·2·2·2 ·2, and 96 = 4·2·2·2 ·3. */
interface Plan {
  /** Pixels a side of the generator's first image. */
  readonly bottom: number;
  /** How often that is doubled before the layer next to the picture. */
  readonly doublings: number;
  /** The layer next to the picture. */
  readonly picture: { readonly kernelSize: number; readonly strides: number; readonly padding: 1 };
}

const halving = { kernelSize: 4, strides: 2, padding: 1 } as const;

/** The published layer of 96 px, which divides by three. */
const third = { kernelSize: 5, strides: 3, padding: 1 } as const;

/**
 * @throws UserError for an odd size or one below 8 px
 */
function planOf(who: string, imageSize: number): Plan {
  const picture = isThreeTimesPowerOfTwo(imageSize) ? third : halving;
  let bottom = imageSize / picture.strides;
  let doublings = 0;
  while (bottom % 2 === 0 && bottom >= 8) {
    bottom /= 2;
    doublings += 1;
  }
  if (Number.isInteger(bottom) && bottom >= 4) return { bottom, doublings, picture };
  throw new UserError(
    `${who}: expected an image size that is even and at least 8 px, received ${imageSize}. ` +
      `Use ${Math.max(8, 2 * Math.round(imageSize / 2))}.`,
  );
}

/** Whether a size is like 96: 24, 48, 96, 192, … */
const isThreeTimesPowerOfTwo = (size: number): boolean =>
  size >= 24 && Number.isInteger(Math.log2(size / 3));

/** Options of {@link dcganGenerator}. */
export interface DcganGeneratorOptions {
  /** Side of the pictures in pixels: even, at least 8. */
  readonly imageSize: number;
  /** Length of a latent vector; default 100. */
  readonly latentDim?: number;
  /** Channels of the pictures; default 3. */
  readonly channels?: number;
  /** Channels of the last hidden layer; the first has up to eight times as many. Default 64. */
  readonly filters?: number;
}

/**
 * DCGAN's generator: latents become an image of 4 px (up to 7 px where the size is no power of two),
 * which transposed convolutions with batch norm and ReLU double until the last one, with tanh,
 * reaches the size. No biases. 3,576,704 parameters at 64 px, 3,578,432 at 96 px.
 *
 * Parameters: `main.0.weight`, `main.1.weight` … as in pytorch/examples.
 *
 * Shape: latents [N, 1, 1, latentDim] → [N, imageSize, imageSize, channels] in (−1, 1).
 *
 * Paper: Radford et al., "Unsupervised representation learning with deep convolutional generative
 * adversarial networks" (arXiv 1511.06434); the 64 px form is that of pytorch/examples, the 96 px
 * form AnimeGAN's of pytorch-book.
 *
 * @throws UserError for an odd size or one below 8 px
 */
export function dcganGenerator(options: DcganGeneratorOptions): Module {
  const { imageSize, latentDim = 100, channels = 3, filters = 64 } = options;
  const { bottom, doublings, picture } = planOf('dcganGenerator', imageSize);
  const widthOf = (level: number): number => filters * Math.min(8, 2 ** (doublings - level));
  const first = { kernelSize: bottom, strides: 1, padding: 0 } as const;
  const hidden = Array.from({ length: doublings + 1 }, (_, level) => {
    const inChannels = level === 0 ? latentDim : widthOf(level - 1);
    const sampling = level === 0 ? first : halving;
    const width = widthOf(level);
    return [
      conv2dTranspose({ inChannels, filters: width, ...sampling, bias: false }),
      batchNorm({ channels: width }),
      relu(),
    ];
  });
  const last = { inChannels: widthOf(doublings), filters: channels, ...picture, bias: false };
  return named('main', sequential([...hidden.flat(), conv2dTranspose(last), tanh()]));
}

/** Options of {@link dcganDiscriminator}. */
export interface DcganDiscriminatorOptions {
  /** Side of the pictures in pixels: even, at least 8. */
  readonly imageSize: number;
  /** Channels of the pictures; default 3. */
  readonly channels?: number;
  /** Channels of the first layer; the last has up to eight times as many. Default 64. */
  readonly filters?: number;
  /** Batch norm in all layers but the first and last, as published; default true. */
  readonly batchNorm?: boolean;
  /** Spectral norm on every convolution, in place of batch norm; default false. */
  readonly spectral?: boolean;
}

/**
 * DCGAN's discriminator, {@link dcganGenerator} the other way round: convolutions with batch norm
 * from the second on and LeakyReLU .2 halve the picture, and the last one makes of 4 px one logit.
 * No biases. 2,765,568 parameters at 64 px, 2,767,296 at 96 px. The published network ends in a
 * sigmoid, which here is part of the loss. Without batch norm convolutions have biases.
 *
 * Parameters: `main.0.weight`, `main.2.weight` … as in pytorch/examples.
 *
 * Shape: [N, imageSize, imageSize, channels] → [N, 1, 1, 1] logits.
 *
 * @throws UserError for an odd size or one below 8 px
 */
export function dcganDiscriminator(options: DcganDiscriminatorOptions): Module {
  const { imageSize, channels = 3, filters = 64, spectral = false } = options;
  const hasNorm = !spectral && (options.batchNorm ?? true);
  const { bottom, doublings, picture } = planOf('dcganDiscriminator', imageSize);
  const conv = (own: Conv2dOptions): Module => {
    const layer = conv2d({ ...own, bias: !hasNorm });
    return spectral ? spectralNorm(layer) : layer;
  };
  const widthOf = (level: number): number => filters * Math.min(8, 2 ** level);
  const hidden = Array.from({ length: doublings }, (_, level) => {
    const [inChannels, width] = [widthOf(level), widthOf(level + 1)];
    return [
      conv({ inChannels, filters: width, ...halving }),
      hasNorm ? batchNorm({ channels: width }) : identity(),
      leakyRelu(0.2),
    ];
  });
  const last = { kernelSize: bottom, strides: 1, padding: 0 } as const;
  return named(
    'main',
    sequential([
      conv({ inChannels: channels, filters, ...picture }),
      leakyRelu(0.2),
      ...hidden.flat(),
      conv({ inChannels: widthOf(doublings), filters: 1, ...last }),
    ]),
  );
}
