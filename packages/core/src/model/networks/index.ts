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
  noiseDiscriminator,
  noiseGenerator,
  type NoiseDiscriminatorOptions,
  type NoiseGeneratorOptions,
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
  type TranslationDiscriminatorOptions,
} from './translationDiscriminator.ts';
export {
  assertTranslationSizes,
  translationGenerator,
  translationMultiple,
  unetKind,
  type TranslationGeneratorOptions,
} from './translationGenerator.ts';
export { unetGenerator, type UnetGeneratorOptions } from './unetGenerator.ts';
export {
  noiseNetworkKinds,
  normsBatches,
  translationDiscriminatorKinds,
  translationGeneratorKinds,
  type NoiseNetworkKind,
  type TranslationDiscriminatorKind,
  type TranslationGeneratorKind,
} from './networkKinds.ts';
