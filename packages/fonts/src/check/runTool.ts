import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const call = promisify(execFile);

/** How {@link runTool} works. */
export interface ToolOptions {
  /** What the program reads from its standard input. */
  readonly input?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Time after which a program is taken to hang, in milliseconds. */
const timeout = 300_000;

/**
 * Runs a program and returns what it prints.
 *
 * @throws Error when it cannot be started, fails, or hangs
 */
export async function runTool(
  program: string,
  words: readonly string[],
  { input = '', signal }: ToolOptions = {},
): Promise<string> {
  const running = call(program, words, { timeout, maxBuffer: 2 ** 26, ...(signal && { signal }) });
  // A program that ends before it has read all is told of by its exit code.
  running.child.stdin?.on('error', () => undefined).end(input);
  return (await running).stdout;
}

/** The first program of a list that runs with some words, or undefined. */
export async function findTool(
  programs: readonly string[],
  words: readonly string[],
): Promise<string | undefined> {
  for (const program of programs) {
    const runs = await runTool(program, words).then(
      () => true,
      () => false,
    );
    if (runs) return program;
  }
  return undefined;
}
