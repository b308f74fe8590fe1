import { UsageError, UserError } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import type { NormKind } from '../blocks/normLayer.ts';
import { residual as residualOf } from '../layers/compose.ts';
import type { Module } from '../layers/module.ts';
import { resnetGenerator } from './resnetGenerator.ts';
import { unetGenerator } from './unetGenerator.ts';

/** Generators that turn one image into another, by the names that configurations use. */
export const translationGeneratorKinds = ['resnet', 'unet-64', 'unet-128', 'unet-256'] as const;

/** A value of {@link translationGeneratorKinds}. */
export type TranslationGeneratorKind = (typeof translationGeneratorKinds)[number];

/** Everything that decides the shape of a generator from images to images. */
export interface TranslationGeneratorOptions {
  /** `resnet` is CycleGAN's, the U-Nets are pix2pix's; their number is the least side in pixels. */
  readonly kind: TranslationGeneratorKind;
  readonly inChannels: number;
  readonly outChannels: number;
  /** Filters of the first layer. */
  readonly filters: number;
  readonly norm: NormKind;
  /** Residual blocks; `resnet` only. */
  readonly blocks: number;
  /** How it enlarges; `resnet` only. */
  readonly upsampling: 'transposed' | 'nearest';
  /** Dropout in the residual blocks, or in the inner levels of a U-Net; 0 for none. */
  readonly dropoutRate: number;
  /**
   * Draw the difference to the input instead of the whole output, so that what stays as it is, such
   * as outlines, need not be learnt; for equal channels. Default false, the published form.
   */
  readonly residual?: boolean;
}

/** Times that a U-Net halves the image. */
const unetLevels = { 'unet-64': 6, 'unet-128': 7, 'unet-256': 8 } as const;

/**
 * The generator of that description: {@link resnetGenerator} or {@link unetGenerator}.
 *
 * Shape: [N, H, W, inChannels] → [N, H, W, outChannels] in [−1, 1]; H and W multiples of
 * {@link translationMultiple}.
 *
 * @throws UserError when it is applied to other channels than it draws, and `residual` is set
 */
export function translationGenerator(options: TranslationGeneratorOptions): Module {
  const { kind, blocks, upsampling, residual = false, ...common } = options;
  const generator =
    kind === 'resnet'
      ? resnetGenerator({ ...common, blocks, upsampling })
      : unetGenerator({ ...common, levels: unetLevels[kind] });
  return residual ? addedToImage(generator) : generator;
}

/** x → x + body(x), cut off at −1 and 1. The parameters keep the names that they have in the body. */
function addedToImage(body: Module): Module {
  const sum = residualOf(body);
  return {
    ...sum,
    apply: (scope, ...inputs) => tf.clipByValue(sum.apply(scope, ...inputs), -1, 1),
  };
}

/** Height and width of the images have to be multiples of this many pixels. */
export const translationMultiple = (kind: TranslationGeneratorKind): number =>
  kind === 'resnet' ? 4 : 2 ** unetLevels[kind];

/**
 * Refuses sizes of pictures that a generator cannot be trained on.
 *
 * @param sizes the options of those names, in pixels
 * @throws UsageError when the generator cannot halve the pictures, or they are cut out of smaller ones
 */
export function assertTranslationSizes({
  imageSize,
  loadSize,
  generator,
}: {
  readonly imageSize: number;
  readonly loadSize: number;
  readonly generator: TranslationGeneratorKind;
}): void {
  const multiple = translationMultiple(generator);
  if (imageSize % multiple !== 0) {
    throw new UsageError(
      `--image-size: expected a multiple of ${multiple} for --generator ${generator}, which ` +
        `halves pictures ${Math.log2(multiple)} times, received ${imageSize}. ` +
        `Use ${Math.max(1, Math.round(imageSize / multiple)) * multiple}, or another generator.`,
    );
  }
  if (loadSize < imageSize) {
    throw new UsageError(
      `--load-size: expected at least --image-size (${imageSize}), which is cut out of it, ` +
        `received ${loadSize}.`,
    );
  }
}

/**
 * The kind of a U-Net by the times that it halves the image.
 *
 * @throws UserError for a depth that has no kind
 */
export function unetKind(levels: number): TranslationGeneratorKind {
  const found = Object.entries(unetLevels).find(([, own]) => own === levels);
  if (found !== undefined) return found[0] as TranslationGeneratorKind;
  throw new UserError(
    `unetKind: expected 6, 7 or 8 levels (64, 128 or 256 px), received ${levels}.`,
  );
}
