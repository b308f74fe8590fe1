/** What the exit code of a command line says. */
export const exitCodes = {
  /** It is done. */
  done: 0,
  /** It failed; the message says why. */
  failed: 1,
  /** A flag, a value or a combination of options was wrong; nothing was started. */
  wrongUsage: 2,
  /** It stopped because of SIGINT, SIGTERM or SIGHUP. */
  interrupted: 130,
} as const;
