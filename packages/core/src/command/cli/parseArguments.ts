import { Command as Commander, CommanderError, Option } from 'commander';
import { UsageError } from '@gan-zoo/compiler/errors';

import type { Command, DeferredCommand } from './command.ts';
import type { ConfigField } from '../../base/options/configField.ts';
import { expectedText, helpText } from '../../base/options/fieldText.ts';
import type { OutputStream } from '../../base/console/progress.ts';
import type { GivenOptions } from '../../base/options/resolveConfig.ts';

/** Who is asked: an app with its commands. */
export interface CliDescription {
  /** Name of the app as Nx knows it: `anime-dcgan`. */
  readonly name: string;
  readonly description: string;
  readonly version: string;
  /** The commands; one is loaded when it is asked for, if it is not there yet. */
  readonly commands: readonly (Command | DeferredCommand)[];
  /**
   * Errors of the libraries that the app uses whose messages tell the user what to do; they are
   * printed without a stack, as a `UserError` is. Default none.
   */
  readonly userErrors?: readonly ErrorClass[] | undefined;
}

/** A class of errors. */
export type ErrorClass = new (...args: never[]) => Error;

/** A command with what the user gave it. */
export interface ParsedArguments {
  readonly command: Command;
  readonly given: GivenOptions;
  readonly dryRun: boolean;
}

/** How a user calls a command of an app: `npx nx run anime-dcgan:train -- `. */
export const callOf = (app: string, command: string): string => `npx nx run ${app}:${command} --`;

/**
 * Finds the command and its options in the words of a command line; ranges are not looked at yet.
 *
 * @param asked the command that the first word names, if it names one
 * @returns undefined when help or the version was asked for and printed
 * @throws UsageError for an unknown command or flag, a missing value, or words without a flag
 */
export function parseArguments(
  cli: CliDescription,
  asked: Command | undefined,
  argv: readonly string[],
  stdout: OutputStream,
): ParsedArguments | undefined {
  let parsed: ParsedArguments | undefined;
  const program = describeProgram(cli, stdout);
  for (const { name, description } of cli.commands) {
    const verb = program.command(name).description(description);
    if (asked?.name !== name) continue;
    describeVerb(cli, asked, verb);
    verb.action((options: Record<string, string | boolean>) => {
      parsed = collect(asked, verb, options);
    });
  }
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new UsageError(messageOf(error, cli, asked), { cause: error });
  }
  return parsed;
}

function describeProgram(cli: CliDescription, stdout: OutputStream): Commander {
  return new Commander(cli.name)
    .description(cli.description)
    .version(cli.version, '--version', 'Print the version')
    .helpOption('-h, --help', 'Print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      // Errors are printed in one place, by runCli.
      writeErr: () => undefined,
      getOutHelpWidth: () => stdout.columns ?? 100,
      getOutHasColors: () => false,
    })
    .configureHelp({
      commandUsage: () => `${callOf(cli.name, '<command>')} [options]`,
      subcommandTerm: (command) => command.name(),
    });
}

function describeVerb(cli: CliDescription, command: Command, verb: Commander): void {
  const booleans = new Set(
    command.fields.filter(({ kind }) => kind === 'boolean').map(({ flag }) => flag),
  );
  verb
    .helpOption('-h, --help', 'Print this help')
    .configureHelp({
      commandUsage: () => `${callOf(cli.name, command.name)} [options]`,
      optionTerm: ({ flags }) => (booleans.has(flags) ? flags.replace('--', '--[no-]') : flags),
    })
    .addHelpText('after', [...presetHelp(command), ...exampleHelp(cli, command)].join('\n'));
  for (const field of command.fields) {
    for (const option of optionsOf(field)) verb.addOption(option);
  }
  if (Object.keys(command.presets).length > 0) verb.option('--preset <name>', presetNote(command));
  verb
    .option('--config <file.json>', 'Options from a file; flags win over it')
    .option('--dry-run', 'Print the resolved options as JSON and stop');
}

function optionsOf(field: ConfigField): Option[] {
  const text = helpText(field);
  const options =
    field.kind === 'boolean'
      ? [
          new Option(field.flag, text),
          new Option(field.flag.replace('--', '--no-'), text).hideHelp(),
        ]
      : [new Option(`${field.flag} <${field.placeholder}>`, text)];
  const { group } = field;
  return group === undefined ? options : options.map((option) => option.helpGroup(`${group}:`));
}

function presetNote({ presets, defaultPreset }: Command): string {
  const notes = [`one of ${Object.keys(presets).join(', ')}`];
  if (defaultPreset !== undefined) notes.push(`default: ${defaultPreset}`);
  return `Options under a name, see below (${notes.join('; ')})`;
}

function presetHelp({ presets }: Command): string[] {
  const names = Object.keys(presets);
  if (names.length === 0) return [];
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => `  ${name.padEnd(width)}  ${presets[name]?.description}`);
  return ['', 'Presets:', ...lines];
}

function exampleHelp(cli: CliDescription, { name, examples }: Command): string[] {
  if (examples.length === 0) return [];
  const lines = examples.map((example) => `  ${callOf(cli.name, name)} ${example}`);
  return ['', 'Examples:', ...lines];
}

function collect(
  command: Command,
  verb: Commander,
  options: Readonly<Record<string, string | boolean>>,
): ParsedArguments {
  const flags: Record<string, string | boolean> = {};
  const keyOfFlag = new Map(command.fields.map(({ flag, key }) => [flag, key]));
  for (const option of verb.options) {
    const key = keyOfFlag.get(option.long ?? '');
    const value = options[option.attributeName()];
    if (key !== undefined && value !== undefined) flags[key] = value;
  }
  const { preset, config, dryRun } = options as Record<string, string | undefined>;
  return { command, given: { flags, preset, configFile: config }, dryRun: Boolean(dryRun) };
}

/** Commander's message in our words. */
function messageOf(
  error: CommanderError,
  cli: CliDescription,
  asked: Command | undefined,
): string {
  const message = error.message
    .replace(/^error: /, '')
    .replace(/'(-[^']*)'/, '$1')
    .replace(/\n\(Did you mean (.*)\?\)$/s, '. Did you mean $1?')
    .replace(/([^.?])$/, '$1.');
  switch (error.code) {
    case 'commander.help':
      return (
        `${cli.name}: expected a command, one of ${cli.commands.map(({ name }) => name).join(', ')}, ` +
        'received nothing.'
      );
    case 'commander.excessArguments':
      return `${message} Every option is written with its flag: --flag value.`;
    case 'commander.optionMissingArgument': {
      const flag = /--[\w-]+/.exec(message)?.[0];
      const field = asked?.fields.find((candidate) => candidate.flag === flag);
      const expected = field === undefined ? 'a value' : expectedText(field);
      return `${flag}: expected ${expected}, received nothing.`;
    }
    default:
      return message;
  }
}
