export { commonTrainFields, fields, runtimeFields, type BackendChoice } from './commonFields.ts';
export type { Conflict, InheritedConfig, InheritPlace, Preset } from './resolveConfig.ts';
export { closest, didYouMean } from './suggest.ts';
