import type { NormKind } from '../blocks/normLayer.ts';
import type { Module } from '../layers/module.ts';
import { patchDiscriminator, pixelDiscriminator } from './patchDiscriminator.ts';

/** Discriminators of parts of an image, by the names that configurations use. */
export const translationDiscriminatorKinds = ['patch-70', 'patch-94', 'pixel'] as const;

/** A value of {@link translationDiscriminatorKinds}. */
export type TranslationDiscriminatorKind = (typeof translationDiscriminatorKinds)[number];

/** What a discriminator of parts of an image is made of. */
export interface TranslationDiscriminatorOptions {
  /** The number is the side in pixels of the patch that one logit sees. */
  readonly kind: TranslationDiscriminatorKind;
  /** Channels of what it judges: the image's, for pairs those of both images. */
  readonly inChannels: number;
  /** Filters of the first layer. */
  readonly filters: number;
  readonly norm: NormKind;
  /** Spectral norm on every convolution; default false. */
  readonly spectral?: boolean;
}

/**
 * The discriminator of that description: {@link patchDiscriminator} in its two variants, or
 * {@link pixelDiscriminator}.
 *
 * Shape: [N, H, W, inChannels] → [N, h, w, 1] logits.
 */
export function translationDiscriminator(options: TranslationDiscriminatorOptions): Module {
  const { kind, ...common } = options;
  if (kind === 'pixel') return pixelDiscriminator(common);
  return patchDiscriminator({ ...common, variant: kind === 'patch-94' ? 'wide' : 'published' });
}
