import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** The environment variables of a program. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How to run a program to its end. */
export interface ProgramCall {
  readonly command: string;
  readonly words: readonly string[];
  /** All of its environment variables; PATH is where the command is looked for. */
  readonly env: Environment;
  /** Ends the program when it aborts. */
  readonly signal: AbortSignal;
  /** File that its output is added to. Default: none. */
  readonly logFile?: string;
  /** What it reads from its standard input. Default: nothing. */
  readonly input?: string;
  /** Folder that it stands in. Default: this process's. */
  readonly folder?: string;
}

/** How a program ended. */
export interface ProgramEnd {
  /** `exit code 1`, `SIGKILL`, or why it could not be started, in words. */
  readonly ending: string;
  readonly succeeded: boolean;
  /** Whether it could not even be started. */
  readonly isMissing: boolean;
  /** The last characters that it wrote to stdout. */
  readonly stdout: string;
  /** The last characters that it wrote to stdout and stderr. */
  readonly output: string;
}

const keptCharacters = 20_000;

/**
 * Runs a program to its end without showing its output.
 *
 * @throws the signal's reason when it aborts, after the program has ended
 */
export function runProgram(call: ProgramCall): Promise<ProgramEnd> {
  const { command, words, env, signal, logFile, input = '', folder } = call;
  note(logFile, `$ ${[command, ...words].join(' ')}\n`);
  const child = spawn(command, words, {
    env: { ...env },
    signal,
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  let [stdout, output] = ['', ''];
  const hear = (chunk: string): void => {
    output = (output + chunk).slice(-keptCharacters);
    note(logFile, chunk);
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout = (stdout + chunk).slice(-keptCharacters);
    hear(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', hear);
  // A program that does not read ends with a code that tells more than the broken pipe.
  child.stdin.on('error', () => undefined).end(input);
  return new Promise((resolve, reject) => {
    const end = (ending: string, isMissing = false): void =>
      resolve({ ending, succeeded: ending === 'exit code 0', isMissing, stdout, output });
    child.once('error', (error) => {
      if (error.name !== 'AbortError') end(error.message, true);
    });
    // What it has written is only removed when it writes no more.
    child.once('exit', () => {
      if (signal.aborted) reject(signal.reason as Error);
    });
    child.once('close', (code, name) => end(name ?? `exit code ${code}`));
  });
}

/** The last lines of a program's output, indented for a message. */
export const lastLines = (output: string, count = 6): string =>
  output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-count)
    .map((line) => `  ${line}`)
    .join('\n');

/** A log that cannot be written, on a full disk, must not hide why the program failed. */
function note(logFile: string | undefined, text: string): void {
  if (logFile === undefined) return;
  try {
    appendFileSync(logFile, text);
  } catch {
    // The last lines are in the message anyway.
  }
}
