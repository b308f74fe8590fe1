import { spawn } from 'node:child_process';
import type { ProgramCall } from '../bench/measuredProcess.ts';

/** How long a row may take. */
export interface RowLimit {
  /** Its share of the time: what it should plan with. */
  readonly seconds: number;
  /** After so many seconds it is killed. */
  readonly longestSeconds: number;
  /** Aborts when that time is over, or when the user interrupts. */
  readonly signal: AbortSignal;
}

/** How a program ended. */
export interface ChildEnd {
  /** Null when it was killed or crashed. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end. One that hangs in a library's call hears only SIGKILL, which it gets
 * when the time is over.
 *
 * @throws Error when it cannot be started, or is killed because the time is over
 */
export function runChild(
  { command, words, environment = {} }: ProgramCall,
  { signal }: Pick<RowLimit, 'signal'>,
): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
      signal,
      killSignal: 'SIGKILL',
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-20_000);
    });
    child.once('error', reject);
    child.once('close', (code, name) => resolve({ code, signal: name, stdout, stderr }));
  });
}
