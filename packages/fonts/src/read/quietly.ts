/**
 * Runs something that must not write to the console: what opentype.js says about damaged fonts
 * would stand unexplained among the lines of a command.
 *
 * @param work synchronous, so that nobody else's lines are lost
 */
export function quietly<Result>(work: () => Result): Result {
  const { warn, error, log } = console;
  const silent = (): void => undefined;
  Object.assign(console, { warn: silent, error: silent, log: silent });
  try {
    return work();
  } finally {
    Object.assign(console, { warn, error, log });
  }
}
