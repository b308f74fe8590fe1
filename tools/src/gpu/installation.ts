import { formatDuration } from '@gan-zoo/core';
import type { Environment } from './runProgram.ts';

/** Where an installation works, and how it speaks. */
export interface Installation {
  /** The folder of all native libraries. */
  readonly root: string;
  /** A folder in it for what is unfinished; removed in the end. */
  readonly temporary: string;
  /** Gets the output of pip and the compiler. */
  readonly logFile: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

/**
 * Says what is being done and, afterwards, how long it took.
 *
 * @param detail more to say afterwards; default nothing
 */
export async function stage<Result>(
  { log, signal }: Pick<Installation, 'log' | 'signal'>,
  title: string,
  work: () => Promise<Result>,
  detail: (result: Result) => string = () => '',
): Promise<Result> {
  signal.throwIfAborted();
  log(title);
  const start = performance.now();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  log(`  ${[formatDuration(seconds), detail(result)].filter((part) => part !== '').join(', ')}`);
  return result;
}
