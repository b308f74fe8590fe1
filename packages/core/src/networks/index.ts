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
  patchDiscriminator,
  pixelDiscriminator,
  type PatchDiscriminatorOptions,
} from './patchDiscriminator.ts';
export {
  residualDiscriminator,
  residualGenerator,
  type ResidualDiscriminatorOptions,
  type ResidualGanSize,
  type ResidualGeneratorOptions,
} from './residualGan.ts';
export { resnetGenerator, type ResnetGeneratorOptions } from './resnetGenerator.ts';
export { unetGenerator, type UnetGeneratorOptions } from './unetGenerator.ts';
