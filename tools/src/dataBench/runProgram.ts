import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { UserError } from '@gan-zoo/core';
import { sourceOptions } from '../sourceOptions.ts';
import type { ProgramOptions, ProgramReport } from './dataProgram.ts';

/** Words for Node that run a file of the sources, as the Nx targets do. */
export const sourceWords = (url: URL): string[] => [...sourceOptions, fileURLToPath(url)];

/** How a program is started. */
export interface RunOptions {
  /** Environment variables besides this process's. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Is told every line of its stdout. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program of the sources in a process of its own and waits for its end.
 *
 * @returns all that it wrote
 * @throws UserError when it fails, with the last lines of its stderr
 */
export async function runProgram(
  words: readonly string[],
  { environment, signal, onLine }: RunOptions,
): Promise<string> {
  const child = spawn(process.execPath, words, {
    ...{ stdio: ['ignore', 'pipe', 'pipe'], signal },
    env: { ...process.env, ...environment },
  });
  let written = '';
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4000);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  ended.catch(() => undefined);
  for await (const line of createInterface({ input: child.stdout })) {
    written += `${line}\n`;
    onLine?.(line);
  }
  const code = await ended;
  if (code === 0) return written + complaint;
  throw new UserError(
    `data-bench: expected \`node ${words.join(' ')}\` to succeed, it ended with exit code ` +
      `${String(code)}.\n${complaint.trim()}`,
  );
}

/** Runs {@link ProgramOptions dataProgram} and returns what it reports. */
export async function measureData(
  options: ProgramOptions,
  run: RunOptions,
  onProgress?: (progress: { done: number; total: number }) => void,
): Promise<ProgramReport> {
  let report: ProgramReport | undefined;
  const onLine = (line: string): void => {
    const message = JSON.parse(line) as { report: ProgramReport } | { done: number; total: number };
    if ('report' in message) report = message.report;
    else onProgress?.(message);
  };
  const words = sourceWords(new URL('./dataProgram.ts', import.meta.url));
  await runProgram([...words, JSON.stringify(options)], { ...run, onLine });
  if (report !== undefined) return report;
  throw new UserError('data-bench: expected a report of the measured process, received none.');
}
