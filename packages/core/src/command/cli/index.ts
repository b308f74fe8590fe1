export {
  defineCommand,
  type Command,
  type CommandDefinition,
  type DeferredCommand,
} from './command.ts';
export type { CommandContext } from './commandContext.ts';
export type { CliDescription, ErrorClass } from './parseArguments.ts';
export { exitCodes } from './exitCodes.ts';
export { main, runCli, type CliOptions } from './runCli.ts';
