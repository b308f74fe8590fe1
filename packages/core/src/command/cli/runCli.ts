import type { EventEmitter } from 'node:events';
import { inspect } from 'node:util';

import { UsageError, UserError } from '@gan-zoo/compiler/errors';

import { resolveUserPath } from '../../base/files/userPath.ts';
import type { Command, DeferredCommand } from './command.ts';
import { exitCodes } from './exitCodes.ts';
import { callOf, parseArguments } from './parseArguments.ts';
import type { CliDescription, ParsedArguments } from './parseArguments.ts';
import type { OutputStream } from '../../base/console/progress.ts';
import type { ResolvedConfig } from '../../base/options/resolveConfig.ts';

/** An app's command line, and the world it runs in; the world defaults to that of the process. */
export interface CliOptions extends CliDescription {
  /** Words after the program's name, the command first. */
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdout?: OutputStream;
  readonly stderr?: OutputStream;
  /** Emits SIGINT, SIGTERM and SIGHUP. */
  readonly signals?: EventEmitter;
  /** Ends the process at once, at a second signal. */
  readonly exit?: (code: number) => void;
  /** Where relative paths start when INIT_CWD is not set. */
  readonly workingFolder?: string;
}

type World = Required<Omit<CliOptions, keyof CliDescription>>;

/**
 * Runs one command of an app: reads the words, completes and checks the config, runs the command
 * and prints what went wrong, if anything.
 *
 * @returns the exit code, one of {@link exitCodes}; never throws for what a command does
 */
export async function runCli(options: CliOptions): Promise<number> {
  const world = worldOf(options);
  const { name, version, commands, userErrors = [] } = options;
  const entry = commands.find((command) => command.name === world.argv[0]);
  try {
    const asked = await commandOf(entry);
    const parsed = parseArguments(options, asked, world.argv, world.stdout);
    if (parsed === undefined) return exitCodes.done;
    const resolved = await resolveOptions(name, parsed, world);
    if (parsed.dryRun) return printConfig(resolved, world.stdout);
    // What only work needs is not loaded for help, mistakes and dry runs.
    const { runCommand } = await import('./runCommand.ts');
    const { argv, workingFolder: _, ...streams } = world;
    const place = { ...streams, app: name, version, argv, workingFolder: workingFolderOf(world) };
    return await runCommand(parsed.command, resolved, place);
  } catch (error) {
    const isForUser = [UserError, ...userErrors].some((kind) => error instanceof kind);
    return reportError(error, isForUser, world, callOf(name, entry?.name ?? '<command>'));
  }
}

/**
 * Runs an app's command line in this process and leaves the exit code in `process.exitCode`, so
 * that open streams are still written out. A reader that goes away early (`… | head`) is no error.
 */
export async function main(description: CliDescription): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  process.exitCode = await runCli(description);
}

/** The command that is asked for, loaded if it is not there yet. */
async function commandOf(
  entry: Command | DeferredCommand | undefined,
): Promise<Command | undefined> {
  if (entry === undefined || !('load' in entry)) return entry;
  const command = await entry.load();
  const { name, description } = entry;
  if (command.name === name && command.description === description) return command;
  throw new Error(
    `Command "${name}": expected to load "${name}: ${description}", ` +
      `received "${command.name}: ${command.description}".`,
  );
}

function worldOf(options: CliOptions): World {
  return {
    argv: options.argv ?? process.argv.slice(2),
    env: options.env ?? process.env,
    stdout: options.stdout ?? process.stdout,
    stderr: options.stderr ?? process.stderr,
    signals: options.signals ?? process,
    exit: options.exit ?? ((code) => process.exit(code)),
    workingFolder: options.workingFolder ?? process.cwd(),
  };
}

/** npm and Nx change the folder; INIT_CWD remembers where the user stood. */
const workingFolderOf = ({ env, workingFolder }: World): string => env['INIT_CWD'] || workingFolder;

function resolveOptions(
  app: string,
  { command, given }: ParsedArguments,
  world: World,
): Promise<ResolvedConfig> {
  const workingFolder = workingFolderOf(world);
  const configFile = given.configFile && resolveUserPath(given.configFile, workingFolder);
  return command.resolve({ ...given, configFile }, { app, workingFolder });
}

function printConfig({ config, preset }: ResolvedConfig, stdout: OutputStream): number {
  const content = preset === undefined ? config : { preset, ...config };
  stdout.write(`${JSON.stringify(content, null, 2)}\n`);
  return exitCodes.done;
}

function reportError(
  error: unknown,
  isForUser: boolean,
  { env, stderr }: World,
  help: string,
): number {
  const isPlain = isForUser && !env['GAN_ZOO_DEBUG'];
  const print = (text: string) => void stderr.write(`${text}\n`);
  if (isPlain) print(`error: ${(error as Error).message}`);
  else print(`error: ${inspect(error)}`);
  if (error instanceof UsageError) {
    print(`Run \`${help} --help\` to see all options.`);
    return exitCodes.wrongUsage;
  }
  if (isPlain) print('(GAN_ZOO_DEBUG=1 shows where this happened.)');
  return exitCodes.failed;
}
