import type { ConvInfo } from '../../shapes/convolution.ts';
import { cropTaps } from './croppedConv.ts';
import type { ConvolutionChoice } from './convolutionChoice.ts';
import { flipGeometry } from './flippedConv.ts';

/** How a convolution and its two gradients are computed. All three of one layer choose alike. */
export type ConvAlgorithm =
  /** The kernel covers the whole input: one matrix product. */
  | { readonly kind: 'full' }
  /** Fewer multiplications per tile of `tile` × `tile` outputs: see winograd.ts. */
  | { readonly kind: 'winograd'; readonly tile: 2 | 4 }
  /** The windows are gathered as the rows of one matrix: for inputs of a few channels. */
  | { readonly kind: 'unfold' }
  /** Without the taps that only see padding: see croppedConv.ts. */
  | { readonly kind: 'cropped' }
  /** The transpose of an unfolded one: for outputs of a few channels. */
  | { readonly kind: 'flipped' }
  /** ONNX's own Conv and ConvTranspose, channels first. */
  | { readonly kind: 'native' };

/**
 * Throughputs that the choice assumes, measured on two AVX-512 cores; only their ratios matter.
 * Matrix products pack their second operand, ONNX's convolutions repeat that for every image, and a
 * Gather pays for each of its indices. ONNX's order of a filter's axes may be another one than that
 * of the same filter's other uses, for which it is turned.
 */
const flopsPerSecond = 290e9;
const nativeFlopsPerSecond = 145e9;
const bytesPerSecond = 30e9;
const secondsPerPacked = 1.5e-9;
const secondsPerNativePacked = 0.45e-9;
const secondsPerTurned = 1e-9;
const secondsPerIndex = 4.4e-9;

/** Outputs of fewer channels leave ONNX's Conv idle part of the time. */
const nativeChannels = 16;

/**
 * Chooses by geometry: the way that is estimated to be the fastest of those that are possible.
 *
 * @param choice `native` estimates nothing. Default: `estimated`
 */
export function chooseAlgorithm(
  info: ConvInfo,
  choice: ConvolutionChoice = 'estimated',
): ConvAlgorithm {
  if (choice === 'native') return { kind: 'native' };
  if (isFull(info)) return { kind: 'full' };
  if (cropTaps(info) !== undefined) return { kind: 'cropped' };
  const flipped = info.outChannels < info.inChannels ? flipGeometry(info) : undefined;
  const candidates: { algorithm: ConvAlgorithm; seconds: number }[] = [
    { algorithm: { kind: 'native' }, seconds: nativeSeconds(info) },
    { algorithm: { kind: 'unfold' }, seconds: unfoldSeconds(info) },
    ...(flipped
      ? [{ algorithm: { kind: 'flipped' }, seconds: unfoldSeconds(flipped) } as const]
      : []),
    ...tilesFor(info).map((tile) => ({
      algorithm: { kind: 'winograd', tile } as const,
      seconds: winogradSeconds(info, tile),
    })),
  ];
  return candidates.reduce((best, each) => (each.seconds < best.seconds ? each : best)).algorithm;
}

/** The kernel's taps per stride: a 4×4 kernel of stride 2 is a 2×2 kernel on 2×2 blocks. */
export const tapsPerStride = (info: ConvInfo): number =>
  Math.ceil(info.filterHeight / info.strideHeight);

function isFull({ padInfo, ...info }: ConvInfo): boolean {
  const { top, left, bottom, right } = padInfo;
  return (
    info.outHeight === 1 &&
    info.outWidth === 1 &&
    info.filterHeight === info.inHeight &&
    info.filterWidth === info.inWidth &&
    top + left + bottom + right === 0
  );
}

/**
 * Tiles for which there are Winograd (Cook–Toom) transforms. They need a square kernel and stride,
 * and pay off once both sides have enough channels.
 */
function tilesFor(info: ConvInfo): readonly (2 | 4)[] {
  const taps = tapsPerStride(info);
  const isPossible =
    info.filterHeight === info.filterWidth &&
    info.strideHeight === info.strideWidth &&
    info.dilationHeight === 1 &&
    info.dilationWidth === 1 &&
    (taps === 2 || taps === 3 || taps === 4) &&
    info.inChannels * info.strideHeight ** 2 >= 32 &&
    info.outChannels >= 32;
  if (!isPossible) return [];
  return Math.max(info.outHeight, info.outWidth) > 4 ? [2, 4] : [2];
}

/** The sizes of the matrix product that a convolution is. */
function productOf(info: ConvInfo) {
  const windows = info.batchSize * info.outHeight * info.outWidth;
  const taps = info.filterHeight * info.filterWidth;
  const row = taps * info.inChannels;
  return { windows, taps, row, flops: 2 * windows * row * info.outChannels };
}

/** Estimated seconds of forward, input gradient and filter gradient together, by unfolding. */
function unfoldSeconds(info: ConvInfo): number {
  const { windows, taps, row, flops } = productOf(info);
  return (
    (3 * flops) / flopsPerSecond +
    (4 * 7 * row * windows) / bytesPerSecond +
    secondsPerPacked * row * info.outChannels +
    3 * secondsPerIndex * windows * taps
  );
}

/** The same by ONNX's own operators, with a change of layout before and after. */
function nativeSeconds(info: ConvInfo): number {
  const { windows, row, flops } = productOf(info);
  const { batchSize, inHeight, inWidth, inChannels, outChannels } = info;
  const moved = batchSize * inHeight * inWidth * inChannels + windows * outChannels;
  const idle = Math.max(1, nativeChannels / outChannels);
  return (
    (3 * idle * flops) / nativeFlopsPerSecond +
    (secondsPerNativePacked * batchSize + secondsPerTurned) * row * outChannels +
    (4 * 6 * moved) / bytesPerSecond
  );
}

/** The same by Winograd's transforms. */
function winogradSeconds(info: ConvInfo, tile: number): number {
  const side = tile + tapsPerStride(info) - 1;
  const area = side * side;
  const tiles = info.batchSize * Math.ceil(info.outHeight / tile) * Math.ceil(info.outWidth / tile);
  const inner = info.inChannels * info.strideHeight * info.strideWidth;
  const outer = info.outChannels;
  const flops = 3 * 2 * area * tiles * inner * outer;
  const elements = area * (10 * tiles * inner + 6 * inner * outer + 3 * tiles * outer);
  return flops / flopsPerSecond + (4 * 2 * elements) / bytesPerSecond;
}
