/** Turns a config key into its flag: `learningRate` becomes `--learning-rate`. */
export function flagOf(key: string): string {
  return `--${kebabCase(key)}`;
}

/** Writes a camelCase key in kebab-case; runs of capitals count as one word (`useEMA`: `use-ema`). */
export function kebabCase(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

/** Keys that the CLI kit gives to every command itself. */
export const reservedKeys = ['config', 'preset', 'dryRun', 'help', 'version'] as const;

/**
 * Options that Nx's run-commands executor keeps for itself, even after `--`. A flag of the same
 * name would never reach the app.
 */
export const nxOptions = [
  'parallel',
  'env',
  'env-file',
  'cwd',
  'color',
  'args',
  'command',
  'commands',
  'verbose',
  'ready-when',
  'tty',
  'use-pty',
  'stream-output',
  'forward-all-args',
] as const;

const nxOptionSet: ReadonlySet<string> = new Set(nxOptions);
const reservedKeySet: ReadonlySet<string> = new Set(reservedKeys);

/**
 * Checks that a config key can be a flag.
 *
 * @throws Error (a fault of the app, not of its user) when Nx would swallow the flag, when the kit
 *   has it already, when it reads as the negation of another flag, or when it is not camelCase
 */
export function assertFlagAllowed(key: string): void {
  const fault = faultOf(key);
  if (fault === undefined) return;
  throw new Error(`Option "${key}" (${flagOf(key)}) ${fault}. Give the key another name.`);
}

function faultOf(key: string): string | undefined {
  if (!/^[a-z][A-Za-z0-9]*$/.test(key)) return 'is not written in camelCase';
  const name = kebabCase(key);
  if (nxOptionSet.has(name.replace(/^no-/, ''))) {
    return 'would be swallowed by the run-commands executor of Nx';
  }
  if (reservedKeySet.has(key)) return 'is given to every command by the CLI kit';
  if (name.startsWith('no-')) return 'would read as the negation of another flag';
  return undefined;
}
