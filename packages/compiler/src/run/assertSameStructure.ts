import { formatType } from '../capture/graph.ts';
import { UserError } from '../errors.ts';
import { flattenTree, isTensorLike } from '../tree.ts';

/** Compares two trees by paths, dtypes and shapes and names every difference. */
export function assertSameStructure(who: string, expected: unknown, received: unknown): void {
  const types = (tree: unknown): Map<string, string> =>
    new Map(
      flattenTree(tree, isTensorLike as never).map(({ path, leaf }) => [
        path,
        formatType(leaf as never),
      ]),
    );
  const [wanted, given] = [types(expected), types(received)];
  const problems: string[] = [];
  for (const [path, type] of wanted) {
    const own = given.get(path);
    if (own === undefined) problems.push(`${path} (${type}) is missing`);
    else if (own !== type) problems.push(`${path}: expected ${type}, received ${own}`);
  }
  for (const [path, type] of given)
    if (!wanted.has(path)) problems.push(`${path} (${type}) is not known`);
  if (problems.length === 0) return;
  const shown = problems
    .slice(0, 10)
    .map((problem) => `  ${problem}`)
    .join('\n');
  const more = problems.length > 10 ? `\n  … and ${problems.length - 10} more` : '';
  throw new UserError(
    `${who}: expected a state of the same structure as the first one:\n${shown}${more}\n` +
      `Return every part of the state from the step, changed or not.`,
  );
}
