export {
  noiseNetworks,
  noiseToImage,
  type AnyNoiseToImage,
  type NoiseBatch,
  type NoiseGame,
  type NoiseNetworks,
  type NoiseToImage,
  type NoiseToImageDefinition,
} from './definition.ts';
export {
  noiseToImageFields,
  refuseNoiseToImageMistakes,
  type NoiseToImageConfig,
} from './fields.ts';
export { generateCommand } from './generateCommand.ts';
export { showBest } from './showBest.ts';
export { evaluateDrawingCommand } from './evaluateCommand.ts';
