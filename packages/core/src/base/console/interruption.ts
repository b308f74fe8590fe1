import type { EventEmitter } from 'node:events';

/** The work ended because the user, or the system, asked for it. A command line exits 130. */
export class InterruptedError extends Error {
  override name = 'InterruptedError';
  /** `SIGINT`, `SIGTERM` or `SIGHUP`. */
  readonly signalName: string;

  constructor(signalName: string) {
    super(`Interrupted by ${signalName}.`);
    this.signalName = signalName;
  }
}

const signalNames = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What {@link watchSignals} calls. */
export interface SignalReactions {
  /** At the first signal, before the abort. */
  onFirst(name: string): void;
  /** At every further one; expected to end the process. */
  onSecond(name: string): void;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP; the first of any aborts the signal, once.
 *
 * @param source where signals arrive: `process`, or an emitter in tests
 * @returns the abort signal, whose reason is an {@link InterruptedError}, and `stop`, which gives
 *   the signals back to Node
 */
export function watchSignals(
  source: EventEmitter,
  reactions: SignalReactions,
): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const listener = (name: string) => {
    if (controller.signal.aborted) return reactions.onSecond(name);
    reactions.onFirst(name);
    controller.abort(new InterruptedError(name));
  };
  for (const name of signalNames) source.on(name, listener);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of signalNames) source.off(name, listener);
    },
  };
}

/** Whether an error, or what caused it, is only the news that the work was interrupted. */
export function isInterruption(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof InterruptedError || cause.name === 'AbortError') return true;
  }
  return false;
}
