export { defineCommand, type Command, type CommandDefinition } from './command.ts';
export type { CommandContext } from './commandContext.ts';
export type { CliDescription, ErrorClass } from './parseArguments.ts';
export { exitCodes, main, runCli, type CliOptions } from './runCli.ts';
