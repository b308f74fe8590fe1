export {
  type AnyTranslationDefinition,
  type DirectedGenerators,
  type Direction,
  type HeldBackPictures,
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
