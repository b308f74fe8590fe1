import type { EventEmitter } from 'node:events';
import { isInterruption, watchSignals } from '../../base/console/interruption.ts';
import type { OutputStream } from '../../base/console/progress.ts';
import type { ResolvedConfig } from '../../base/options/resolveConfig.ts';
import type { Command } from './command.ts';
import { createContext } from './commandContext.ts';
import { exitCodes } from './exitCodes.ts';
import { loadTensorFlow } from './loadTensorFlow.ts';
import { callOf } from './parseArguments.ts';

/** Where a command runs. */
export interface CommandPlace {
  readonly app: string;
  readonly version: string;
  /** Words after the program's name, the command first. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Emits SIGINT, SIGTERM and SIGHUP. */
  readonly signals: EventEmitter;
  /** Ends the process at once, at a second signal. */
  readonly exit: (code: number) => void;
  /** Where the user stands. */
  readonly workingFolder: string;
}

/**
 * Does a command's work; the first signal asks it to stop.
 *
 * @returns the exit code
 * @throws what the command throws, unless it only tells of the interruption
 */
export async function runCommand(
  command: Command,
  { config, preset, explicitKeys }: ResolvedConfig,
  place: CommandPlace,
): Promise<number> {
  const { app, version, argv, env, stdout, stderr, workingFolder } = place;
  const interruption = watchSignals(place.signals, {
    onFirst: (name) => context.log(`${name}: stopping. A second one (Ctrl-C) stops at once.`),
    onSecond: () => {
      close();
      place.exit(exitCodes.interrupted);
    },
  });
  const { signal } = interruption;
  const { context, close } = createContext({
    ...{ app, version, command: command.name, preset, explicitKeys, signal, env, stdout, stderr },
    ...{ invocation: invocationOf(app, argv), workingFolder },
  });
  try {
    await loadTensorFlow();
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
