export {
  formatVerifyReport,
  verifyTrainStep,
  type ComparedPart,
  type Difference,
  type VerifyOptions,
  type VerifyReport,
} from './verify.ts';
