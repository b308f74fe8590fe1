import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { UserError, type BenchAnswer, type BenchHello, type BenchRequest } from '@gan-zoo/core';

/** A program that waits to be timed, in a process of its own. */
export interface MeasuredProcess<Hello = BenchHello> {
  readonly hello: Hello;
  /** The process's number, by which the system knows it. */
  readonly pid: number;
  /** Makes a kind of step ready and warm; resolves to how it is computed. */
  prepare(kind: string): Promise<string>;
  /** Milliseconds per step over so many steps. */
  run(steps: number): Promise<number>;
  /** The most memory it has held so far, in bytes. */
  peakBytes(): Promise<number>;
  /** Lets it end and waits for that. */
  close(): Promise<void>;
}

/** How to start a program. */
export interface ProgramCall {
  readonly command: string;
  readonly words: readonly string[];
  /** Environment variables besides this process's; undefined takes one away. Default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts a program and waits until it says hello. What it writes to stderr is kept for the message
 * in case it fails.
 *
 * @param signal ends the program when it aborts
 * @throws UserError when it ends before it should, with the last lines of its stderr
 */
export async function startMeasured<Hello = BenchHello>(
  { command, words, environment = {} }: ProgramCall,
  signal?: AbortSignal,
): Promise<MeasuredProcess<Hello>> {
  const child = spawn(command, words, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    // One that hangs in a library's call hears nothing else, and none has anything to save.
    killSignal: 'SIGKILL',
    ...(signal === undefined ? {} : { signal }),
  });
  const conversation = converse(child, [command, ...words.slice(0, 2)].join(' '));
  const ask = async (request: BenchRequest): Promise<BenchAnswer> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return (await conversation.next()) as BenchAnswer;
  };
  return {
    hello: (await conversation.next()) as Hello,
    pid: child.pid!,
    prepare: async (prepare) => (await ask({ prepare })).prepared ?? '',
    run: async (run) => (await ask({ run })).milliseconds ?? NaN,
    peakBytes: async () => (await ask({ memory: true })).peakBytes ?? NaN,
    close: () => {
      child.stdin.end();
      return conversation.ended;
    },
  };
}

/** The program's answers in order, one parsed line each. */
function converse(child: ChildProcessByStdio<Writable, Readable, Readable>, name: string) {
  let complaint = '';
  child.stderr.on(
    'data',
    (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4000)),
  );
  // A program that has ended does not read; its exit code tells more than the broken pipe.
  child.stdin.on('error', () => undefined);
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(`exit code ${String(code)}`));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ended: failed.then(() => undefined),
    next: async (): Promise<unknown> => {
      const line = await lines.next();
      if (line.done !== true) return JSON.parse(line.value);
      child.stdin.end();
      const reason = await failed;
      throw new UserError(
        `bench: expected an answer of \`${name}\`, it ended with ${reason}.\n${complaint.trim()}`,
      );
    },
  };
}
