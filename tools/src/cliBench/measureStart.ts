import { spawnSync } from 'node:child_process';
import { cliOf } from '../apps.ts';
import { median, summariseRatios, type RatioSummary } from '../bench/statistics.ts';
import { appOptions } from '../sourceOptions.ts';

/** A call of an app, timed in turns with an empty program. */
export interface StartOptions {
  readonly app: string;
  /** Words after the program's name. */
  readonly words: readonly string[];
  /** The exit code that it ends with. */
  readonly code: number;
  readonly rounds: number;
}

/** How long a call takes from its start to its end; times in milliseconds, medians. */
export interface StartTimes {
  readonly ours: number;
  /** `node -e 0` */
  readonly node: number;
  /** Ours as a multiple of that, round by round. */
  readonly ratio: RatioSummary;
}

/**
 * Times a call; the first round only fills the caches of sources and files.
 *
 * @throws Error when it ends with another exit code
 */
export function measureStart({ app, words, code, rounds }: StartOptions): StartTimes {
  const call = [...appOptions, cliOf(app), ...words];
  time(call, code);
  const [ours, node]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    node.push(time(['-e', '0'], 0));
    ours.push(time(call, code));
  }
  return { ours: median(ours), node: median(node), ratio: summariseRatios(ours, node) };
}

function time(words: readonly string[], code: number): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  const taken = performance.now() - began;
  if (status === code) return taken;
  throw new Error(
    `node ${words.join(' ')}: expected exit code ${code}, received ${status}.\n${stderr}`,
  );
}
