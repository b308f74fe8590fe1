export {
  compareLegibility,
  type LegibilityComparison,
  type LegibilityPictures,
} from './compareLegibility.ts';
export { diversity } from './diversity.ts';
export {
  createLegibilityJudge,
  type GlyphReading,
  type LegibilityJudge,
  type LegibilityJudgeOptions,
} from './legibility.ts';
export { strokeLoss, type StrokeLoss, type StrokeLossOptions } from './strokeLoss.ts';
export {
  styleAccuracy,
  trainStyleJudge,
  type StyleJudge,
  type StyleJudgeOptions,
} from './styleJudge.ts';
