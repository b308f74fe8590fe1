export {
  tidyResult,
  valueAndGradients,
  type GradientOptions,
  type LossAndAuxiliaries,
  type ValueAndGradients,
} from './valueAndGradients.ts';
export { stopGradient } from './stopGradient.ts';
