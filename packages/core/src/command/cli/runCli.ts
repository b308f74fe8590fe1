import type { EventEmitter } from 'node:events';
import { inspect } from 'node:util';

import { UsageError, UserError } from '@gan-zoo/compiler';

import { resolveUserPath } from '../../base/files/userPath.ts';
import { createContext } from './commandContext.ts';
import { isInterruption, watchSignals } from '../../base/console/interruption.ts';
import { callOf, parseArguments } from './parseArguments.ts';
import type { CliDescription, ParsedArguments } from './parseArguments.ts';
import type { OutputStream } from '../../base/console/progress.ts';
import type { ResolvedConfig } from '../../base/options/resolveConfig.ts';

/** What the exit code of a command line says. */
export const exitCodes = {
  /** It is done. */
  done: 0,
  /** It failed; the message says why. */
  failed: 1,
  /** A flag, a value or a combination of options was wrong; nothing was started. */
  wrongUsage: 2,
  /** It stopped because of SIGINT, SIGTERM or SIGHUP. */
  interrupted: 130,
} as const;

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
  const { name, commands, userErrors = [] } = options;
  const verb = commands.find((command) => command.name === world.argv[0])?.name ?? '<command>';
  try {
    const parsed = parseArguments(options, world.argv, world.stdout);
    if (parsed === undefined) return exitCodes.done;
    const resolved = await resolveOptions(name, parsed, world);
    if (parsed.dryRun) return printConfig(resolved, world.stdout);
    return await execute(options, parsed, resolved, world);
  } catch (error) {
    const isForUser = [UserError, ...userErrors].some((kind) => error instanceof kind);
    return reportError(error, isForUser, world, callOf(name, verb));
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

async function execute(
  cli: CliDescription,
  { command }: ParsedArguments,
  { config, preset, explicitKeys }: ResolvedConfig,
  world: World,
): Promise<number> {
  const { env, stdout, stderr } = world;
  const interruption = watchSignals(world.signals, {
    onFirst: (name) => context.log(`${name}: stopping. A second one (Ctrl-C) stops at once.`),
    onSecond: () => {
      close();
      world.exit(exitCodes.interrupted);
    },
  });
  const { signal } = interruption;
  const { context, close } = createContext({
    app: cli.name,
    version: cli.version,
    command: command.name,
    preset,
    explicitKeys,
    signal,
    env,
    stdout,
    stderr,
    invocation: invocationOf(cli.name, world.argv),
    workingFolder: workingFolderOf(world),
  });
  try {
    await command.run(config, context);
    return signal.aborted ? exitCodes.interrupted : exitCodes.done;
  } catch (error) {
    if (isInterruption(error)) return exitCodes.interrupted;
    throw error;
  } finally {
    close();
    interruption.stop();
  }
}

/** The call as the user can type it again in a POSIX shell. */
function invocationOf(app: string, [command = '', ...words]: readonly string[]): string {
  return [callOf(app, command), ...words.map(quote)].join(' ');
}

const quote = (word: string): string =>
  /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

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
