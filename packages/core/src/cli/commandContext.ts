import { homedir } from 'node:os';
import { resolve } from 'node:path';

import { createProgress } from './progress.ts';
import type { OutputStream, Progress, ProgressOptions } from './progress.ts';

/** What a command gets besides its config. */
export interface CommandContext {
  /** Name of the app, `anime-dcgan`. */
  readonly app: string;
  /** Version of the app. */
  readonly version: string;
  /** Name of the command, `train`. */
  readonly command: string;
  /** Name of the preset in force, if the command has presets. */
  readonly preset: string | undefined;
  /** Keys that the user gave by flag or `--config` file. */
  readonly explicitKeys: ReadonlySet<string>;
  /** Aborts once at SIGINT, SIGTERM or SIGHUP; its reason is an {@link InterruptedError}. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** The whole call as the user could type it again. */
  readonly invocation: string;
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

/** The parts of a context that the command line knows and this file does not. */
export type ContextFacts = Pick<
  CommandContext,
  | 'app'
  | 'version'
  | 'command'
  | 'preset'
  | 'explicitKeys'
  | 'signal'
  | 'env'
  | 'stdout'
  | 'stderr'
  | 'invocation'
  | 'workingFolder'
>;

/**
 * Completes a context.
 *
 * @returns the context, and `close`, which stops a progress bar that the command left running
 */
export function createContext(facts: ContextFacts): {
  context: CommandContext;
  close: () => void;
} {
  let live: Progress | undefined;
  const close = () => {
    live?.stop();
    live = undefined;
  };
  const context: CommandContext = {
    ...facts,
    resolvePath: (path) => resolveUserPath(path, facts.workingFolder),
    print: (line) => void facts.stdout.write(`${line}\n`),
    log: (line) => {
      if (live === undefined) facts.stderr.write(`${line}\n`);
      else live.log(line);
    },
    progress: (options) => {
      close();
      live = createProgress({ ...options, stream: facts.stderr, env: facts.env });
      return live;
    },
  };
  return { context, close };
}

/**
 * Makes a user's path absolute.
 *
 * @param path relative, absolute, or starting with `~` for the home folder
 * @param workingFolder absolute folder that relative paths start from
 */
export function resolveUserPath(path: string, workingFolder: string): string {
  if (path === '~') return homedir();
  if (/^~[\\/]/.test(path)) return resolve(homedir(), path.slice(2));
  return resolve(workingFolder, path);
}
