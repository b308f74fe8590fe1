export {
  accumulating,
  type AccumulatingArguments,
  type AccumulatingOptimizer,
} from './accumulating.ts';
export { adam, adamW, type AdamOptions, type AdamWOptions } from './adam.ts';
export { clipGradientNorm, clipWeights } from './clipping.ts';
export { ema, type Ema, type EmaOptions, type EmaState } from './ema.ts';
export {
  type Optimizer,
  type OptimizerState,
  type ShapeRecord,
  type TensorRecord,
  type UpdateArguments,
  type UpdateResult,
} from './optimizer.ts';
export { rmsprop, type RmspropOptions } from './rmsprop.ts';
export {
  learningRateAt,
  scheduleSchema,
  type LearningRateArguments,
  type Schedule,
} from './schedule.ts';
export { sgd, type SgdOptions } from './sgd.ts';
