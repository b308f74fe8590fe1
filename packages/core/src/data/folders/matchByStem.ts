import { extname, resolve } from 'node:path';
import { UserError } from '@gan-zoo/compiler';

/** One side of pairs: where it is and what lies there. */
export interface PairSide {
  readonly folder: string;
  /** Relative to the folder, by number. */
  readonly paths: readonly string[];
}

/** Pictures of two folders that belong together. */
export interface Matches {
  /** What both paths are called without their extensions, sorted. */
  readonly names: readonly string[];
  /** Number of the first picture of every pair. */
  readonly a: Int32Array;
  /** Number of the second picture of every pair. */
  readonly b: Int32Array;
  /** Paths without a partner, with their folders. */
  readonly single: readonly string[];
}

/**
 * Matches the pictures of two folders by path without extension: `shoes/7.jpg` and `shoes/7.png`.
 *
 * @throws UserError when two pictures of one folder have the same name, or none match
 */
export function matchByStem(a: PairSide, b: PairSide): Matches {
  const numbersA = numbersByStem(a);
  const numbersB = numbersByStem(b);
  const names = [...numbersA.keys()].filter((name) => numbersB.has(name)).sort();
  if (names.length === 0) throw nothingMatches(a, b);
  const single = [
    ...[...numbersA].filter(([name]) => !numbersB.has(name)).map(([, at]) => shownPath(a, at)),
    ...[...numbersB].filter(([name]) => !numbersA.has(name)).map(([, at]) => shownPath(b, at)),
  ];
  const pick = (numbers: ReadonlyMap<string, number>): Int32Array =>
    Int32Array.from(names, (name) => numbers.get(name)!);
  return { names, a: pick(numbersA), b: pick(numbersB), single };
}

const shownPath = ({ folder, paths }: PairSide, at: number): string => `${folder}/${paths[at]!}`;

function numbersByStem({ folder, paths }: PairSide): Map<string, number> {
  const numbers = new Map<string, number>();
  paths.forEach((path, number) => {
    const stem = path.slice(0, path.length - extname(path).length);
    const other = numbers.get(stem);
    if (other !== undefined) {
      throw new UserError(
        `data: expected one picture of each name in "${resolve(folder)}", where pairs are ` +
          `matched by name, received ${paths[other]!} and ${path}. Remove or rename one.`,
      );
    }
    numbers.set(stem, number);
  });
  return numbers;
}

function nothingMatches(a: PairSide, b: PairSide): UserError {
  const example = ({ paths }: PairSide): string => paths[0] ?? 'nothing';
  return new UserError(
    `data: expected pictures with equal names in "${resolve(a.folder)}" and ` +
      `"${resolve(b.folder)}", such as 1.jpg and 1.png, received no pair: ${example(a)} there, ` +
      `${example(b)} here. Give the pictures of a pair the same name.`,
  );
}
