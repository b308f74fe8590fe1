import { relu } from '../layers/activations.ts';
import { batchNorm } from '../layers/batchNorm.ts';
import { identity, residual, sequential } from '../layers/compose.ts';
import { conv2d } from '../layers/conv2d.ts';
import { xavierUniform } from '../layers/initializers.ts';
import type { Module } from '../layers/module.ts';
import { avgPool } from '../layers/pooling.ts';
import { spectralNorm } from '../layers/spectralNorm.ts';
import { upsampleBilinear, upsampleNearest } from '../layers/upsample.ts';

/** How a residual generator enlarges: `nearest` as in the papers, `bilinear` as in mimicry. */
export type ResidualUpsampling = 'nearest' | 'bilinear';

/** Options of {@link upResidualBlock}. */
export interface UpResidualBlockOptions {
  readonly inChannels: number;
  readonly filters: number;
  /** Default `nearest`. */
  readonly upsampling?: ResidualUpsampling;
}

/**
 * Generator block of the residual GANs (Gulrajani et al. 2017, arXiv 1704.00028; Miyato et al.
 * 2018, arXiv 1802.05957): BN-ReLU-upsample-C3-BN-ReLU-C3 beside upsample-C1.
 *
 * Parameters: `b1`, `c1`, `b2`, `c2`, `c_sc`, the names of the mimicry library.
 *
 * Shape: [N, H, W, inChannels] → [N, 2H, 2W, filters].
 */
export function upResidualBlock(options: UpResidualBlockOptions): Module {
  const { inChannels, filters, upsampling = 'nearest' } = options;
  const upsample = upsampling === 'nearest' ? upsampleNearest : upsampleBilinear;
  return residual(
    sequential({
      b1: batchNorm({ channels: inChannels }),
      relu1: relu(),
      upsample: upsample(),
      c1: conv3(inChannels, filters),
      b2: batchNorm({ channels: filters }),
      relu2: relu(),
      c2: conv3(filters, filters),
    }),
    sequential({ upsample: upsample(), c_sc: conv1(inChannels, filters) }),
  );
}

/** Options of {@link downResidualBlock} and {@link firstDownResidualBlock}. */
export interface DownResidualBlockOptions {
  readonly inChannels: number;
  readonly filters: number;
  /** Halve height and width; default true. */
  readonly downsample?: boolean;
  /** Spectral norm on every convolution; default false. */
  readonly spectral?: boolean;
}

/**
 * Discriminator block of the residual GANs: ReLU-C3-ReLU-C3-avgpool beside C1-avgpool. The first
 * convolution keeps the channels, the second one changes them. Without downsampling and with equal
 * channels the shortcut is the identity.
 *
 * The shortcut sees x before the ReLU, as in the paper's own code; mimicry's in-place ReLU lets it
 * see the rectified x.
 *
 * Parameters: `c1`, `c2` and, unless the shortcut is the identity, `c_sc`.
 *
 * Shape: [N, H, W, inChannels] → [N, H/2, W/2, filters].
 */
export function downResidualBlock(options: DownResidualBlockOptions): Module {
  const { inChannels, filters, downsample = true, spectral = false } = options;
  const pool = (): Module => (downsample ? avgPool({ size: 2 }) : identity());
  const shortcut = { c_sc: conv1(inChannels, filters, spectral), pool: pool() };
  return residual(
    sequential({
      relu1: relu(),
      c1: conv3(inChannels, inChannels, spectral),
      relu2: relu(),
      c2: conv3(inChannels, filters, spectral),
      pool: pool(),
    }),
    downsample || inChannels !== filters ? sequential(shortcut) : identity(),
  );
}

/**
 * The first block of a residual discriminator, which sees pixels: C3-ReLU-C3-avgpool beside
 * avgpool-C1, without the ReLU in front.
 *
 * Parameters: `c1`, `c2`, `c_sc`.
 *
 * Shape: [N, H, W, inChannels] → [N, H/2, W/2, filters].
 */
export function firstDownResidualBlock(
  options: Omit<DownResidualBlockOptions, 'downsample'>,
): Module {
  const { inChannels, filters, spectral = false } = options;
  return residual(
    sequential({
      c1: conv3(inChannels, filters, spectral),
      relu: relu(),
      c2: conv3(filters, filters, spectral),
      pool: avgPool({ size: 2 }),
    }),
    sequential({ pool: avgPool({ size: 2 }), c_sc: conv1(inChannels, filters, spectral) }),
  );
}

function conv3(inChannels: number, filters: number, spectral = false): Module {
  const kernelInit = xavierUniform(Math.SQRT2);
  const layer = conv2d({ inChannels, filters, kernelSize: 3, padding: 1, kernelInit });
  return spectral ? spectralNorm(layer) : layer;
}

function conv1(inChannels: number, filters: number, spectral = false): Module {
  const layer = conv2d({ inChannels, filters, kernelSize: 1, kernelInit: xavierUniform() });
  return spectral ? spectralNorm(layer) : layer;
}
