import { chain, type Layer } from '../layers/compose.ts';
import { flatten, unflatten } from '../layers/reshape.ts';
import { dcganDiscriminator, dcganGenerator } from './dcgan.ts';
import { mlpDiscriminator, mlpGenerator } from './mlpGan.ts';
import { residualDiscriminator, residualGenerator } from './residualGan.ts';

/** Networks that draw images of noise, and those that judge them, by the names that configurations use. */
export const noiseNetworkKinds = ['dcgan', 'residual', 'mlp'] as const;

/** A value of {@link noiseNetworkKinds}. */
export type NoiseNetworkKind = (typeof noiseNetworkKinds)[number];

/** What a generator of images from noise is made of. */
export interface NoiseGeneratorOptions {
  readonly kind: NoiseNetworkKind;
  /** Side of the pictures in pixels. */
  readonly imageSize: number;
  /** Of the pictures: 1 grey, 3 colour, 4 colour with transparency. */
  readonly channels: number;
  /** Length of a latent vector. */
  readonly latentDim: number;
  /** Channels of the widths' smallest unit: the last hidden layer of `dcgan`; 64 is as published. */
  readonly filters: number;
}

/** What a discriminator of such images is made of. */
export interface NoiseDiscriminatorOptions extends Omit<NoiseGeneratorOptions, 'latentDim'> {
  /** Batch norm, in the kind that has it; default true. */
  readonly batchNorm?: boolean;
  /** Spectral norm on every layer, in place of batch norm; default false. */
  readonly spectral?: boolean;
}

/** Units of the fully connected networks at 64 filters. */
const mlpUnits = { generator: [128, 256, 512, 1024], discriminator: [512, 256] } as const;

const scaled = (units: readonly number[], filters: number): number[] =>
  units.map((own) => Math.max(1, Math.round((own * filters) / 64)));

const extents = ({
  imageSize,
  channels,
}: Pick<NoiseGeneratorOptions, 'imageSize' | 'channels'>) => ({
  ...{ height: imageSize, width: imageSize, channels },
});

/**
 * The generator of that description: {@link dcganGenerator}, {@link residualGenerator} or
 * {@link mlpGenerator}.
 *
 * Shape: latents [N, 1, 1, latentDim] → [N, imageSize, imageSize, channels] in (−1, 1).
 *
 * @throws UserError for a size that the kind cannot draw
 */
export function noiseGenerator(options: NoiseGeneratorOptions): Layer {
  const { kind, imageSize, channels, latentDim, filters } = options;
  switch (kind) {
    case 'dcgan':
      return dcganGenerator({ imageSize, channels, latentDim, filters });
    case 'residual': {
      const own = { size: imageSize, latentDim, channels, widthFactor: filters / 64 };
      return chain(flatten(), residualGenerator(own));
    }
    case 'mlp': {
      const hidden = scaled(mlpUnits.generator, filters);
      return chain(flatten(), mlpGenerator({ latentDim, image: extents(options), hidden }));
    }
  }
}

/** Whether a discriminator has a norm that mixes the pictures of a batch. */
export const normsBatches = ({
  kind,
  batchNorm = true,
  spectral = false,
}: Pick<NoiseDiscriminatorOptions, 'kind' | 'batchNorm' | 'spectral'>): boolean =>
  kind === 'dcgan' && batchNorm && !spectral;

/**
 * The discriminator of that description: {@link dcganDiscriminator}, {@link residualDiscriminator}
 * or {@link mlpDiscriminator}.
 *
 * Shape: [N, imageSize, imageSize, channels] → [N, 1, 1, 1] logits.
 *
 * @throws UserError for a size that the kind cannot judge
 */
export function noiseDiscriminator(options: NoiseDiscriminatorOptions): Layer {
  const { kind, imageSize, channels, filters, spectral = false } = options;
  const map = unflatten({ height: 1, width: 1, channels: 1 });
  switch (kind) {
    case 'dcgan':
      return dcganDiscriminator(options);
    case 'residual': {
      const own = { size: imageSize, channels, widthFactor: filters / 64, spectral };
      return chain(residualDiscriminator(own), map);
    }
    case 'mlp': {
      const hidden = scaled(mlpUnits.discriminator, filters);
      return chain(mlpDiscriminator({ image: extents(options), hidden, spectral }), map);
    }
  }
}
