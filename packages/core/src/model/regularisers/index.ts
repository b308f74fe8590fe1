export {
  augment,
  type AugmentInputs,
  type ColorInputs,
  type CutoutInputs,
  type TranslationInputs,
} from './augment.ts';
export { augmentations, type Augmentation } from './augmentations.ts';
export {
  averagedNetwork,
  networkEma,
  type NetworkAverage,
  type NetworkEma,
} from './averagedNetwork.ts';
export { drawAugment, type DrawAugmentArguments, type ImageShape } from './drawAugment.ts';
export {
  createNoiseBank,
  instanceNoiseAt,
  type NoiseArguments,
  type NoiseBank,
} from './instanceNoise.ts';
export { batchParts, microBatches } from './microBatches.ts';
export { seenBy, withR1, type UpdateInputs, type ViewInputs } from './updateInputs.ts';
