export {
  type AnyTranslationDefinition,
  type DirectedGenerators,
  type Direction,
  type HeldBackPictures,
  type PerDomain,
  type TrainedGenerator,
  type TranslationConfig,
  type TranslationDefinition,
} from './definition.ts';
export { evaluateCommand } from './evaluateCommand.ts';
export { translateCommand } from './translateCommand.ts';
export {
  createGenerate,
  type CompiledGenerator,
  type GenerateMode,
} from './translate/createGenerate.ts';
export type { ImageToImageDefinition } from './definitionParts.ts';
export {
  imageToImageFields,
  pairedFields,
  refuseImageToImageMistakes,
  type ImageToImageConfig,
  type PairedConfig,
} from './fields.ts';
export { channelsOf, generatorOptions, translationJudge, translator } from './networks.ts';
export {
  pairedNetworks,
  pairedTranslation,
  type PairedBatch,
  type PairedGame,
  type PairedTranslation,
} from './paired.ts';
export { heldBackPairs } from './pairedData.ts';
export {
  unpairedNetworks,
  unpairedTranslation,
  type UnpairedBatch,
  type UnpairedGame,
  type UnpairedTranslation,
} from './unpaired.ts';
