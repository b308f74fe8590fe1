import { resolveUserPath } from '../../base/files/userPath.ts';
import { createProgress } from '../../base/console/progress.ts';
import type { OutputStream, Progress } from '../../base/console/progress.ts';
import type { WorkContext } from '../../base/console/workContext.ts';

/** What a command gets besides its config. */
export interface CommandContext extends WorkContext {
  /** Name of the command, `train`. */
  readonly command: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** The whole call as the user could type it again. */
  readonly invocation: string;
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
