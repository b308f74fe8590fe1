import { UserError } from '@gan-zoo/compiler';
import {
  downResidualBlock,
  firstDownResidualBlock,
  upResidualBlock,
  type ResidualUpsampling,
} from '../blocks/residualScaling.ts';
import { relu, tanh } from '../layers/activations.ts';
import { batchNorm } from '../layers/batchNorm.ts';
import { sequential } from '../layers/compose.ts';
import { conv2d } from '../layers/conv2d.ts';
import { dense } from '../layers/dense.ts';
import { xavierUniform } from '../layers/initializers.ts';
import type { Module } from '../layers/module.ts';
import { globalSumPool } from '../layers/pooling.ts';
import { unflatten } from '../layers/reshape.ts';
import { spectralNorm } from '../layers/spectralNorm.ts';

interface Plan {
  /** Pixels a side of the generator's first image. */
  readonly bottomSize: number;
  /** Channels of that image and of every block's output. */
  readonly generator: readonly number[];
  /** Channels of every block's output, and how many of the blocks halve the image. */
  readonly discriminator: readonly number[];
  readonly halvings: number;
}

/** Published widths that follow no rule. */
const published: Readonly<Record<number, Plan>> = {
  32: {
    bottomSize: 4,
    generator: [256, 256, 256, 256],
    discriminator: [128, 128, 128, 128],
    halvings: 2,
  },
  96: {
    bottomSize: 6,
    generator: [512, 256, 128, 64, 64],
    discriminator: [64, 128, 256, 512],
    halvings: 4,
  },
};

/**
 * The published plan, or that of 64 px for more or fewer doublings: widths from 64 at the picture to
 * 1,024 at most.
 *
 * @throws UserError for an odd size or one below 8 px
 */
function planOf(who: string, size: number): Plan {
  const known = published[size];
  if (known !== undefined) return known;
  let bottomSize = size;
  let doublings = 0;
  while (bottomSize % 2 === 0 && bottomSize >= 8) {
    bottomSize /= 2;
    doublings += 1;
  }
  if (doublings === 0 || !Number.isInteger(size)) {
    throw new UserError(
      `${who}: expected an image size that is even and at least 8 px, received ${size}. ` +
        `Use ${Math.max(8, 2 * Math.round(size / 2))}.`,
    );
  }
  const widths = Array.from({ length: doublings + 1 }, (_, level) => 64 * Math.min(16, 2 ** level));
  return {
    bottomSize,
    generator: widths.toReversed(),
    discriminator: widths,
    halvings: doublings + 1,
  };
}

/** Options of {@link residualGenerator}. */
export interface ResidualGeneratorOptions {
  /** Pixels a side of the image: even, at least 8; 32, 64 and 96 have published widths. */
  readonly size: number;
  /** Default 128. */
  readonly latentDim?: number;
  /** Channels of the image; default 3. */
  readonly channels?: number;
  /** All widths are multiplied by it and rounded; default 1, the published net. */
  readonly widthFactor?: number;
  /** Default `nearest`; `bilinear` for weights trained with mimicry. */
  readonly upsampling?: ResidualUpsampling;
}

/**
 * Generator of residual blocks (Gulrajani et al. 2017, arXiv 1704.00028; widths for 32 and 64 px as
 * in mimicry's SNGAN and DCGAN): dense, up-blocks, BN, ReLU, C3, tanh.
 *
 * Parameters: `l1`, `block2` …, and the last norm and convolution as `b<n>`, `c<n>`.
 *
 * Shape: latents [N, latentDim] → [N, size, size, channels] in (−1, 1).
 */
export function residualGenerator(options: ResidualGeneratorOptions): Module {
  const { size, latentDim = 128, channels = 3, widthFactor = 1, upsampling = 'nearest' } = options;
  const { bottomSize, generator } = planOf('residualGenerator', size);
  const widths = generator.map((width) => Math.round(width * widthFactor));
  const [first, last] = [widths[0]!, widths.at(-1)!];
  const blocks = widths.slice(1).map((filters, index) => {
    const inChannels = widths[index]!;
    return [`block${index + 2}`, upResidualBlock({ inChannels, filters, upsampling })] as const;
  });
  const end = blocks.length + 2;
  const kernelInit = xavierUniform();
  return sequential({
    l1: dense({ inUnits: latentDim, units: bottomSize ** 2 * first, kernelInit }),
    unflatten: unflatten({ height: bottomSize, width: bottomSize, channels: first }),
    ...Object.fromEntries(blocks),
    [`b${end}`]: batchNorm({ channels: last }),
    relu: relu(),
    [`c${end}`]: conv2d({
      inChannels: last,
      filters: channels,
      kernelSize: 3,
      padding: 1,
      kernelInit,
    }),
    tanh: tanh(),
  });
}

/** Options of {@link residualDiscriminator}. */
export interface ResidualDiscriminatorOptions {
  /** Pixels a side of the image: even, at least 8; 32, 64 and 96 have published widths. */
  readonly size: number;
  /** Channels of the image; default 3. */
  readonly channels?: number;
  /** All widths are multiplied by it and rounded; default 1, the published net. */
  readonly widthFactor?: number;
  /** Spectral norm on every layer (SNGAN, arXiv 1802.05957); default false. */
  readonly spectral?: boolean;
}

/**
 * Discriminator or critic of residual blocks: down-blocks, ReLU, sum over all pixels, dense. It has
 * no normalisation over the batch, so a gradient penalty may be put on it.
 *
 * Parameters: `block1` …, and the last dense layer as `l<n>`.
 *
 * Shape: [N, size, size, channels] → [N, 1] logits; larger images work as well.
 */
export function residualDiscriminator(options: ResidualDiscriminatorOptions): Module {
  const { size, channels = 3, widthFactor = 1, spectral = false } = options;
  const { discriminator, halvings } = planOf('residualDiscriminator', size);
  const widths = discriminator.map((width) => Math.round(width * widthFactor));
  const blocks = widths.map((filters, index): [string, Module] => {
    const shared = { inChannels: widths[index - 1] ?? channels, filters, spectral };
    const block =
      index === 0
        ? firstDownResidualBlock(shared)
        : downResidualBlock({ ...shared, downsample: index < halvings });
    return [`block${index + 1}`, block];
  });
  const head = dense({ inUnits: widths.at(-1)!, units: 1, kernelInit: xavierUniform() });
  return sequential({
    ...Object.fromEntries(blocks),
    relu: relu(),
    sum: globalSumPool(),
    [`l${blocks.length + 1}`]: spectral ? spectralNorm(head) : head,
  });
}
