import { UserError, type HostTensor } from '@gan-zoo/compiler';
import { ssim as similarityOf } from 'ssim.js';

/** How far pictures are from what they should be; each list has one number per picture. */
export interface ImageErrors {
  /** Mean absolute difference as a share of the whole range, 0 … 1. */
  readonly l1: readonly number[];
  /** Peak signal-to-noise ratio in dB; equal pictures count as 100. */
  readonly psnr: readonly number[];
  /** Structural similarity of the luma, 1 for equal pictures. */
  readonly ssim: readonly number[];
}

/** In dB; about what a difference of a thousandth of a grey level leaves. */
const largestPsnr = 100;

/** Side of SSIM's Gaussian window in pixels. */
const windowSize = 11;

/**
 * Compares pictures one by one with the true ones.
 *
 * L1 = mean |x − y|; PSNR = −10·log₁₀(mean (x − y)²), both on values from 0 to 1 over all pixels and
 * channels. SSIM (Wang et al. 2004): mean over all places of an 11 × 11 Gaussian window (σ 1.5,
 * K₁ .01, K₂ .03) that lies inside the picture, on the rounded 8-bit pixels' luma, nothing shrunk.
 *
 * Shape: both [N, H, W, 1 or 3] in [-1, 1], H and W at least 11.
 *
 * @throws UserError for other shapes, or shapes that differ
 */
export function imageErrors(images: HostTensor, truth: HostTensor): ImageErrors {
  assertAlike(images, truth);
  const [count = 0, height = 0, width = 0, channels = 0] = images.shape;
  const size = height * width * channels;
  const l1: number[] = [];
  const psnr: number[] = [];
  const ssim: number[] = [];
  for (let image = 0; image < count; image++) {
    const [x, y] = [images, truth].map(
      ({ data }) => data.subarray(image * size, (image + 1) * size) as Float32Array,
    ) as [Float32Array, Float32Array];
    const { absolute, squared } = meanDifferences(x, y);
    l1.push(absolute);
    psnr.push(Math.min(largestPsnr, -10 * Math.log10(squared)));
    ssim.push(structuralSimilarity(x, y, { height, width, channels }));
  }
  return { l1, psnr, ssim };
}

/** Mean absolute and squared difference of values in [-1, 1], as if they were in [0, 1]. */
function meanDifferences(x: Float32Array, y: Float32Array): { absolute: number; squared: number } {
  let [absolute, squared] = [0, 0];
  for (let at = 0; at < x.length; at++) {
    const difference = (x[at]! - y[at]!) / 2;
    absolute += Math.abs(difference);
    squared += difference * difference;
  }
  return { absolute: absolute / x.length, squared: squared / x.length };
}

interface Extents {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

function structuralSimilarity(x: Float32Array, y: Float32Array, extents: Extents): number {
  const [one, other] = [toRgba(x, extents), toRgba(y, extents)];
  return similarityOf(one, other, {
    ssim: 'fast',
    downsample: false,
    windowSize,
    rgb2grayVersion: 'original',
  }).mssim;
}

interface Rgba {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly colorSpace: 'srgb';
}

/** Rounded, clamped pixels with the opacity that browsers' pictures have. */
function toRgba(values: Float32Array, { height, width, channels }: Extents): Rgba {
  const data = new Uint8ClampedArray(height * width * 4).fill(255);
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const at = pixel * channels + (channels === 1 ? 0 : channel);
      data[pixel * 4 + channel] = (values[at]! + 1) * 127.5;
    }
  }
  return { data, width, height, colorSpace: 'srgb' };
}

function assertAlike(images: HostTensor, truth: HostTensor): void {
  const [, height = 0, width = 0, channels] = images.shape;
  const isPicture = images.shape.length === 4 && (channels === 1 || channels === 3);
  const isLarge = height >= windowSize && width >= windowSize;
  if (isPicture && isLarge && images.shape.join() === truth.shape.join()) return;
  throw new UserError(
    `imageErrors: expected two lists of pictures [N, H, W, 1 or 3] of one shape, at least ` +
      `${windowSize} px a side, received [${images.shape.join(', ')}] and ` +
      `[${truth.shape.join(', ')}].`,
  );
}
