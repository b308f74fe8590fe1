export {
  compareLegibility,
  type LegibilityComparison,
  type LegibilityPictures,
} from './compareLegibility.ts';
export { diversity } from './diversity.ts';
export {
  classifierAccuracy,
  trainGlyphClassifier,
  type GlyphClassifier,
  type GlyphClassifierOptions,
} from './glyphClassifier.ts';
export {
  createLegibilityJudge,
  type GlyphReading,
  type LegibilityJudge,
  type LegibilityJudgeOptions,
} from './legibility.ts';
export { strokeLoss, type StrokeLoss, type StrokeLossOptions } from './strokeLoss.ts';
