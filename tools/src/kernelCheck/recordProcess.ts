import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { UserError } from '@gan-zoo/core';
import { recordingFileVariable, type Recording } from './kernelCall.ts';

/** How to run a recording process. */
export interface RecordProcessOptions {
  /** What it runs, for the error. */
  readonly name: string;
  /** Ends it when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Environment variables besides this process's. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs a Node program that records kernel calls, and reads what it wrote.
 *
 * @param words what follows `node`
 * @param file where the program is to write its recording
 * @throws UserError when it wrote none, with the last lines of its stderr
 */
export async function recordProcess(
  words: readonly string[],
  file: string,
  { name, signal, environment = {} }: RecordProcessOptions,
): Promise<Recording> {
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment, [recordingFileVariable]: file },
    ...(signal === undefined ? {} : { signal }),
  });
  let tail = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-4000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  if (existsSync(file)) return deserialize(readFileSync(file)) as Recording;
  const lines = tail.trimEnd().split('\n').slice(-8).join('\n');
  throw new UserError(
    `kernel-check: expected kernel calls of ${name}, received none; the process that records them ` +
      `ended with code ${String(code)}:\n${lines}`,
  );
}
