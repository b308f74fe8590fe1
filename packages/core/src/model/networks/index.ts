export {
  dcganDiscriminator,
  dcganGenerator,
  type DcganDiscriminatorOptions,
  type DcganGeneratorOptions,
} from './dcgan.ts';
export {
  conditionalMlpDiscriminator,
  conditionalMlpGenerator,
  mlpDiscriminator,
  mlpGenerator,
  type ConditionalMlpDiscriminatorOptions,
  type LabelledModule,
  type LabelOptions,
  type MlpDiscriminatorOptions,
  type MlpGeneratorOptions,
} from './mlpGan.ts';
export {
  normsBatches,
  noiseDiscriminator,
  noiseGenerator,
  noiseNetworkKinds,
  type NoiseDiscriminatorOptions,
  type NoiseGeneratorOptions,
  type NoiseNetworkKind,
} from './noiseNetworks.ts';
export {
  patchDiscriminator,
  pixelDiscriminator,
  type PatchDiscriminatorOptions,
} from './patchDiscriminator.ts';
export {
  loadPretrainedGenerator,
  recogniseGenerator,
  type PretrainedGenerator,
} from './pretrainedGenerator.ts';
export {
  residualDiscriminator,
  residualGenerator,
  type ResidualDiscriminatorOptions,
  type ResidualGeneratorOptions,
} from './residualGan.ts';
export { resnetGenerator, type ResnetGeneratorOptions } from './resnetGenerator.ts';
export {
  translationDiscriminator,
  translationDiscriminatorKinds,
  type TranslationDiscriminatorKind,
  type TranslationDiscriminatorOptions,
} from './translationDiscriminator.ts';
export {
  assertTranslationSizes,
  translationGenerator,
  translationGeneratorKinds,
  translationMultiple,
  unetKind,
  type TranslationGeneratorKind,
  type TranslationGeneratorOptions,
} from './translationGenerator.ts';
export { unetGenerator, type UnetGeneratorOptions } from './unetGenerator.ts';
