import type { ConvInfo } from '../../shapes/convolution.ts';
import type { Lowered } from '../context.ts';

/** A convolution and its gradients; x is [N,H,W,C], dy [N,Ho,Wo,O], the filter [kh,kw,C,O]. */
export interface ConvLowering {
  forward(x: Lowered, filter: Lowered): Lowered;
  inputGradient(dy: Lowered, filter: Lowered): Lowered;
  filterGradient(x: Lowered, dy: Lowered): Lowered;
}

/** How a convolution and its two gradients are computed. All three of one layer choose alike. */
export type ConvAlgorithm =
  /** The kernel covers the whole input: one matrix product. */
  | { readonly kind: 'full' }
  /** Fewer multiplications per tile of `tile` × `tile` outputs: see winograd.ts. */
  | { readonly kind: 'winograd'; readonly tile: 2 | 4 }
  /** The windows are gathered as the rows of one matrix: for inputs of a few channels. */
  | { readonly kind: 'unfold' }
  /** ONNX's own Conv and ConvTranspose, channels first. */
  | { readonly kind: 'native' };

/** Throughputs that the choice assumes, measured on two AVX-512 cores; only their ratio matters. */
const flopsPerSecond = 290e9;
const bytesPerSecond = 30e9;

/** Inputs of at most so many channels leave ONNX's Conv idle most of the time. */
const fewChannels = 4;

/**
 * Chooses by geometry. Winograd (Cook–Toom) convolutions need a square kernel that is a whole
 * multiple of the stride, and pay off once both sides have enough channels.
 */
export function chooseAlgorithm(info: ConvInfo): ConvAlgorithm {
  if (isFull(info)) return { kind: 'full' };
  if (info.inChannels <= fewChannels) return { kind: 'unfold' };
  if (!canTransform(info)) return { kind: 'native' };
  const direct = directSeconds(info);
  const tiles = ([2, 4] as const)
    .filter((tile) => tile === 2 || Math.max(info.outHeight, info.outWidth) > 4)
    .map((tile) => ({ tile, seconds: winogradSeconds(info, tile) }))
    .sort((a, b) => a.seconds - b.seconds);
  const best = tiles[0]!;
  return best.seconds < direct ? { kind: 'winograd', tile: best.tile } : { kind: 'native' };
}

/** The kernel's taps per stride: a 4×4 kernel of stride 2 is a 2×2 kernel on 2×2 blocks. */
export const tapsPerStride = (info: ConvInfo): number => info.filterHeight / info.strideHeight;

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

function canTransform(info: ConvInfo): boolean {
  const taps = tapsPerStride(info);
  return (
    info.filterHeight === info.filterWidth &&
    info.strideHeight === info.strideWidth &&
    info.dilationHeight === 1 &&
    info.dilationWidth === 1 &&
    (taps === 2 || taps === 3 || taps === 4) &&
    info.inChannels * info.strideHeight ** 2 >= 32 &&
    info.outChannels >= 32
  );
}

/** Estimated seconds of forward, input gradient and filter gradient together, by unfolding. */
function directSeconds(info: ConvInfo): number {
  const windows = info.batchSize * info.outHeight * info.outWidth;
  const row = info.filterHeight * info.filterWidth * info.inChannels;
  const flops = 3 * 2 * windows * row * info.outChannels;
  return flops / flopsPerSecond + (4 * 7 * row * windows) / bytesPerSecond;
}

function winogradSeconds(info: ConvInfo, tile: number): number {
  const side = tile + tapsPerStride(info) - 1;
  const area = side * side;
  const tiles = info.batchSize * Math.ceil(info.outHeight / tile) * Math.ceil(info.outWidth / tile);
  const inner = info.inChannels * info.strideHeight * info.strideWidth;
  const outer = info.outChannels;
  const flops = 3 * 2 * area * tiles * inner * outer;
  const elements = area * (10 * tiles * inner + 6 * inner * outer + 3 * tiles * outer);
  return flops / flopsPerSecond + (4 * elements) / bytesPerSecond;
}
