export {
  augment,
  augmentations,
  type AugmentInputs,
  type Augmentation,
  type ColorInputs,
  type CutoutInputs,
  type TranslationInputs,
} from './augment.ts';
export {
  averagedNetwork,
  networkEma,
  type NetworkAverage,
  type NetworkEma,
} from './averagedNetwork.ts';
export {
  createRegulariserInputs,
  type RegulariserInputs,
  type RegulariserInputsOptions,
  type UpdateOptions,
} from './createRegulariserInputs.ts';
export { drawAugment, type DrawAugmentArguments, type ImageShape } from './drawAugment.ts';
export {
  augmentationsOf,
  refuseRegulariserMistakes,
  regulariserFields,
  scheduleNames,
  type CheckedConfig,
  type RefinementContext,
  type RegulariserConfig,
} from './fields.ts';
export {
  createNoiseBank,
  instanceNoiseAt,
  type NoiseArguments,
  type NoiseBank,
} from './instanceNoise.ts';
export { batchParts, microBatches } from './microBatches.ts';
export { scheduleOf } from './scheduleOf.ts';
export { seenBy, withR1, type UpdateInputs, type ViewInputs } from './updateInputs.ts';
