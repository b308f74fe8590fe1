import { UserError } from './errors.ts';

/** A value, or a list or record of trees of them; `undefined` entries of a record do not count. */
export type Tree<Leaf> = Leaf | readonly Tree<Leaf>[] | { readonly [key: string]: Tree<Leaf> };

/** One leaf with the path that leads to it, such as `generator/params/main.0.weight`. */
export interface PathLeaf<Leaf> {
  readonly path: string;
  readonly leaf: Leaf;
}

type IsLeaf<Leaf> = (value: unknown) => value is Leaf;

/** Tells a tensor-like leaf (anything with `dtype` and `shape`) from a branch. */
export function isTensorLike(value: unknown): value is { dtype: string; shape: readonly number[] } {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value;
}

/**
 * Lists the leaves of a tree with their paths, records in the order of their sorted keys.
 *
 * @throws UserError when something is neither a leaf, a list nor a plain record.
 */
export function flattenTree<Leaf>(
  tree: unknown,
  isLeaf: IsLeaf<Leaf> = isTensorLike as unknown as IsLeaf<Leaf>,
): PathLeaf<Leaf>[] {
  const leaves: PathLeaf<Leaf>[] = [];
  visit(tree, '', isLeaf, (path, leaf) => leaves.push({ path, leaf }));
  return leaves;
}

/** Rebuilds a tree of the same structure with every leaf replaced by `change(leaf, path)`. */
export function mapTree<Leaf, Result>(
  tree: unknown,
  change: (leaf: Leaf, path: string) => Result,
  isLeaf: IsLeaf<Leaf> = isTensorLike as unknown as IsLeaf<Leaf>,
): Tree<Result> {
  const rebuild = (node: unknown, path: string): Tree<Result> => {
    if (isLeaf(node)) return change(node, path);
    if (Array.isArray(node)) {
      return node.map((child, index) => rebuild(child, join(path, String(index))));
    }
    assertRecord(node, path);
    const result: Record<string, Tree<Result>> = {};
    for (const key of presentKeys(node)) result[key] = rebuild(node[key], join(path, key));
    return result;
  };
  return rebuild(tree, '');
}

/**
 * Text that is equal for two trees exactly when they have the same structure, dtypes and shapes;
 * compiled sessions are cached by it. An empty record is a part of the structure: `{ generator: {} }`
 * asks a step for something else than `{}`.
 */
export function treeSignature(tree: unknown): string {
  const texts: string[] = [];
  const emit = (path: string, node: unknown): void => {
    const { dtype, shape } = node as { dtype: string; shape: readonly number[] };
    texts.push(isTensorLike(node) ? `${path}:${dtype}[${shape.join(',')}]` : `${path}:{}`);
  };
  const isLeafOrEmpty = (node: unknown): node is unknown => isTensorLike(node) || isEmpty(node);
  visit(tree, '', isLeafOrEmpty, emit);
  return texts.join(' ');
}

const isEmpty = (node: unknown): boolean =>
  typeof node === 'object' &&
  node !== null &&
  !Array.isArray(node) &&
  presentKeys(node as Record<string, unknown>).length === 0;

function visit<Leaf>(
  node: unknown,
  path: string,
  isLeaf: IsLeaf<Leaf>,
  emit: (path: string, leaf: Leaf) => void,
): void {
  if (isLeaf(node)) return emit(path, node);
  if (Array.isArray(node)) {
    node.forEach((child, index) => visit(child, join(path, String(index)), isLeaf, emit));
    return;
  }
  assertRecord(node, path);
  for (const key of presentKeys(node)) visit(node[key], join(path, key), isLeaf, emit);
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}/${key}`);

const presentKeys = (record: Record<string, unknown>): string[] =>
  Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort();

function assertRecord(node: unknown, path: string): asserts node is Record<string, unknown> {
  if (typeof node === 'object' && node !== null) return;
  throw new UserError(
    `tree: expected a tensor, a list or a record at "${path}", received ${String(node)}. ` +
      `Turn numbers into tensors, or keep them outside of the tree.`,
  );
}
