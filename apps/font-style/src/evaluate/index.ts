export { evaluateStyles, type EvaluatedStyle } from './evaluateStyles.ts';
export { latentDiversity, type LatentDiversity } from './latentDiversity.ts';
export { createNearestStyles } from './nearestStyles.ts';
export { realCharacterJudge, realStyleJudge } from './realJudges.ts';
export { describeEvaluation, saveReport, type Evaluation } from './report.ts';
export { saveSheets } from './saveSheets.ts';
export { openTestGlyphs, type TestGlyphs } from './testGlyphs.ts';
