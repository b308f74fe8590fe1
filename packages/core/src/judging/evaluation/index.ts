export { colourStatistics, transferColours, type ColourStatistics } from './colourTransfer.ts';
export {
  compareWithBaselines,
  formatComparison,
  isBetter,
  translationMeasures,
  type Measure,
  type MeasureName,
  type MeasureTable,
  type Measures,
  type MethodResult,
} from './comparison.ts';
export { evaluationFolder, outputFolder } from './evaluationFolder.ts';
export { imageErrors, type ImageErrors } from './imageErrors.ts';
export {
  createFeatureExtractor,
  type FeatureExtractor,
  type FeatureExtractorOptions,
} from './imageFeatures.ts';
export { kernelInceptionDistance, type KernelDistance, type KernelDistanceOptions } from './kid.ts';
export { kidObserver } from './kidObserver.ts';
export {
  joinRows,
  meanOf,
  measureMethod,
  type MethodMeasurement,
  type MethodOptions,
} from './measureMethod.ts';
export {
  createSampleKid,
  type KidPair,
  type SampleKid,
  type SampleKidOptions,
} from './sampleKid.ts';
