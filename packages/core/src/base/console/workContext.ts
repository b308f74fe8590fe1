import type { Progress, ProgressOptions } from './progress.ts';

/** What a piece of work gets from whoever started it, besides its config. */
export interface WorkContext {
  /** Name of the app, `anime-dcgan`. */
  readonly app: string;
  /** Version of the app. */
  readonly version: string;
  /** Name of the preset in force, if there is one. */
  readonly preset: string | undefined;
  /** Keys that the user gave by flag or `--config` file. */
  readonly explicitKeys: ReadonlySet<string>;
  /** Aborts once at SIGINT, SIGTERM or SIGHUP; its reason is an `InterruptedError`. */
  readonly signal: AbortSignal;
  /** Where the user stands: relative paths start here, and `runs/` lies here. */
  readonly workingFolder: string;
  /** Makes a user's path absolute: against the folder the user called from; `~` is home. */
  readonly resolvePath: (path: string) => string;
  /** Writes a line of results to stdout. */
  readonly print: (line: string) => void;
  /** Writes a line of news to stderr, above the live progress bar if there is one. */
  readonly log: (line: string) => void;
  /** Starts showing progress on stderr; an earlier one is stopped. */
  readonly progress: (options: Omit<ProgressOptions, 'stream' | 'env'>) => Progress;
}
