import type { HostTensor } from '@gan-zoo/compiler';
import { UserError } from '@gan-zoo/compiler';
import { formatShape } from './weightFileErrors.ts';

/** What a network expects of one of its tensors. */
export interface ExpectedTensor {
  readonly shape: readonly number[];
  /** Any dtype when left out. */
  readonly dtype?: string;
}

/** How {@link matchWeights} compares. */
export interface MatchOptions {
  /** Opens the message: the network, and where the weights come from. */
  readonly who: string;
  /** Names that may be missing or too many; too many are left out. Default: none. */
  readonly optional?: (name: string) => boolean;
}

const MOST_LISTED = 10;

/**
 * Tells the step counters that PyTorch saves beside batch norm's running statistics. They matter
 * only to cumulative averages, so files with and without them describe the same network.
 */
export const isBatchCounter = (name: string): boolean =>
  name === 'num_batches_tracked' || name.endsWith('.num_batches_tracked');

/**
 * Strict loading: every expected name with its shape, and no other.
 *
 * @param expected the network's own tensors or their specifications, by name
 * @param loaded the file's tensors by name
 * @returns the loaded tensors in the order of the expected names
 * @throws UserError that lists missing names, unexpected names, then wrong shapes and dtypes
 */
export function matchWeights(
  expected: Readonly<Record<string, ExpectedTensor>>,
  loaded: Readonly<Record<string, HostTensor>>,
  { who, optional = () => false }: MatchOptions,
): Record<string, HostTensor> {
  const names = Object.keys(expected);
  const present = names.filter((name) => Object.hasOwn(loaded, name));
  const problems = [
    ...list(
      'missing',
      names.filter((name) => !Object.hasOwn(loaded, name) && !optional(name)),
    ),
    ...list(
      'unexpected',
      Object.keys(loaded).filter((name) => !Object.hasOwn(expected, name) && !optional(name)),
    ),
    ...list(
      'different',
      present.flatMap((name) => difference(name, expected[name]!, loaded[name]!)),
    ),
  ];
  if (problems.length > 0) {
    throw new UserError(
      `${who}: the weights do not fit the network.\n${problems.join('\n')}\n` +
        `Use weights of the same network and options.`,
    );
  }
  return Object.fromEntries(present.map((name) => [name, loaded[name]!]));
}

function list(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - MOST_LISTED;
  const shown = lines.slice(0, MOST_LISTED).map((line) => `    ${line}`);
  if (rest > 0) shown.push(`    … and ${rest} more`);
  return [`  ${title} (${lines.length}):`, ...shown];
}

function difference(name: string, expected: ExpectedTensor, received: HostTensor): string[] {
  const describe = ({ shape, dtype }: ExpectedTensor): string =>
    expected.dtype === undefined ? formatShape(shape) : `${dtype} ${formatShape(shape)}`;
  const wanted = describe(expected);
  const found = describe(received);
  return wanted === found ? [] : [`${name}: expected ${wanted}, received ${found}`];
}
