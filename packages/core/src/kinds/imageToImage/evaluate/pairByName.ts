/** Pictures of two lists that belong together. */
export interface NamedPairs {
  /** Numbers of the pictures of each pair. */
  readonly pairs: readonly { readonly a: number; readonly b: number }[];
  /** How many pictures have no partner. */
  readonly singles: number;
}

/**
 * Numbers of the paths of two lists that are equal but for their extensions; names that a list has
 * twice have no partner.
 */
export function pairByName(a: readonly string[], b: readonly string[]): NamedPairs {
  const [ownA, ownB] = [numbersByStem(a), numbersByStem(b)];
  const pairs = [...ownA].flatMap(([stem, number]) => {
    const other = ownB.get(stem);
    return number === undefined || other === undefined ? [] : [{ a: number, b: other }];
  });
  return { pairs, singles: a.length + b.length - 2 * pairs.length };
}

function numbersByStem(paths: readonly string[]): Map<string, number | undefined> {
  const numbers = new Map<string, number | undefined>();
  paths.forEach((path, number) => {
    const stem = path.replace(/\.[^./]+$/, '');
    numbers.set(stem, numbers.has(stem) ? undefined : number);
  });
  return numbers;
}
