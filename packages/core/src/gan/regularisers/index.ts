export {
  createRegulariserInputs,
  type RegulariserInputs,
  type RegulariserInputsOptions,
  type UpdateOptions,
} from './createRegulariserInputs.ts';
export {
  augmentationsOf,
  refuseRegulariserMistakes,
  regulariserFields,
  scheduleNames,
  type CheckedConfig,
  type RefinementContext,
  type RegulariserConfig,
} from './fields.ts';
export { scheduleOf } from './scheduleOf.ts';
