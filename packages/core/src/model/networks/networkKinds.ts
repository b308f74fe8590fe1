/** Networks that draw images of noise, and those that judge them, by the names that configurations use. */
export const noiseNetworkKinds = ['dcgan', 'residual', 'mlp'] as const;

/** A value of {@link noiseNetworkKinds}. */
export type NoiseNetworkKind = (typeof noiseNetworkKinds)[number];

/** Generators that turn one image into another, by the names that configurations use. */
export const translationGeneratorKinds = ['resnet', 'unet-64', 'unet-128', 'unet-256'] as const;

/** A value of {@link translationGeneratorKinds}. */
export type TranslationGeneratorKind = (typeof translationGeneratorKinds)[number];

/** Discriminators of parts of an image, by the names that configurations use. */
export const translationDiscriminatorKinds = ['patch-70', 'patch-94', 'pixel'] as const;

/** A value of {@link translationDiscriminatorKinds}. */
export type TranslationDiscriminatorKind = (typeof translationDiscriminatorKinds)[number];

/** Whether a discriminator has a norm that mixes the pictures of a batch. */
export const normsBatches = ({
  kind,
  batchNorm = true,
  spectral = false,
}: {
  readonly kind: NoiseNetworkKind;
  readonly batchNorm?: boolean;
  readonly spectral?: boolean;
}): boolean => kind === 'dcgan' && batchNorm && !spectral;
