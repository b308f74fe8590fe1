/**
 * What a command line is described with. Importing it is cheap: what a command's work needs is
 * imported when it runs.
 */
export { main } from './command/cli/runCli.ts';
export { defineCommand, type Command, type DeferredCommand } from './command/cli/command.ts';
export { doctorCommand } from './command/common/doctorCommand.ts';
export { explainCommand } from './command/common/explainCommand.ts';
export { reportCommand } from './command/common/reportCommand.ts';
export { trainCommand } from './command/common/trainCommand.ts';
export { verifyCommand } from './command/common/verifyCommand.ts';
export { commonTrainFields, fields, runtimeFields } from './base/options/commonFields.ts';
export type { GanOptions, GanSource } from './gan/definition/ganSource.ts';
export { kidFields, trainFields, type TrainConfig } from './gan/definition/trainFields.ts';
export {
  augmentationsOf,
  refuseRegulariserMistakes,
  regulariserFields,
  scheduleNames,
  type CheckedConfig,
  type RefinementContext,
  type RegulariserConfig,
} from './gan/regularisers/fields.ts';
