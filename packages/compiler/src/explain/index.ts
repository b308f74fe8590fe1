export {
  explainProgram,
  type Explanation,
  type MemoryEstimate,
  type OperatorCount,
  type StatePart,
} from './explainProgram.ts';
export { formatExplanation, formatProfile, type ProfileFormat } from './format.ts';
export { activationPeak, type ActivationPeak } from './memory.ts';
export { flopsOf, operatorOf, type Operator, type OperatorKind } from './operators.ts';
export {
  parseProfile,
  type KernelTimes,
  type TimedNode,
  type TimedOperator,
} from './parseProfile.ts';
export { profileStep, type ProfileOptions, type StepProfile } from './profileStep.ts';
