import type { HostTensor, Tree } from '@gan-zoo/compiler';
import { UserError, isTensorLike } from '@gan-zoo/compiler';

/** The structure of a state: like the state itself, with a tensor's name for every tensor. */
export type NameTree = string | NameTree[] | { [key: string]: NameTree };

/** A state taken apart into named tensors and the structure to put it together again. */
export interface NamedState {
  readonly tensors: Record<string, HostTensor>;
  readonly names: NameTree;
}

const MAX_DEPTH = 64;
/** Records of these names hold a network's weights; PyTorch has no such level in its names. */
const UNNAMED = new Set(['params', 'buffers']);

interface Leaf {
  readonly path: readonly string[];
  readonly tensor: HostTensor;
}

/**
 * Names the tensors of a state as PyTorch would: keys joined by dots, without the levels `params`
 * and `buffers`, so that `{ generator: { params: { 'main.0.weight': … } } }` gives
 * `generator.main.0.weight`. Tensors that would get the same name are named by their whole path
 * instead, with slashes.
 *
 * @throws UserError for a cyclic state, a value that is no tensor, or names that stay ambiguous
 */
export function nameState(state: Tree<HostTensor>): NamedState {
  const leaves: Leaf[] = [];
  collect(state, [], leaves);
  const timesUsed = new Map<string, number>();
  for (const { path } of leaves) {
    timesUsed.set(torchName(path), (timesUsed.get(torchName(path)) ?? 0) + 1);
  }
  const nameOf = (path: readonly string[]): string =>
    timesUsed.get(torchName(path)) === 1 ? torchName(path) : path.join('/');
  const tensors = new Map<string, HostTensor>();
  for (const { path, tensor } of leaves) {
    const name = nameOf(path);
    if (tensors.has(name)) {
      throw new UserError(
        `saveCheckpoint: expected every tensor to have a name of its own, received "${name}" ` +
          `twice. Rename a key of the state.`,
      );
    }
    tensors.set(name, tensor);
  }
  return { tensors: Object.fromEntries(tensors), names: nameTree(state, [], nameOf) };
}

/**
 * Puts a state together again: lists, records, empty records and keys with dots as they were.
 *
 * @param json a {@link NameTree} as JSON
 * @returns undefined when it is none, or names and tensors do not belong together
 */
export function restoreState(
  json: string | undefined,
  tensors: Readonly<Record<string, HostTensor>>,
): Tree<HostTensor> | undefined {
  const left = new Map(Object.entries(tensors));
  const restore = (node: unknown, depth: number): Tree<HostTensor> | undefined => {
    if (typeof node === 'string') {
      const tensor = left.get(node);
      left.delete(node);
      return tensor;
    }
    if (typeof node !== 'object' || node === null || depth > MAX_DEPTH) return undefined;
    const children = Object.entries(node).map(([key, child]) => {
      return [key, restore(child, depth + 1)] as const;
    });
    if (children.some(([, child]) => child === undefined)) return undefined;
    if (Array.isArray(node)) return children.map(([, child]) => child!);
    return Object.fromEntries(children) as Record<string, Tree<HostTensor>>;
  };
  const state = restore(parseJson(json), 0);
  return left.size === 0 ? state : undefined;
}

function parseJson(json = 'null'): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return null;
  }
}

/**
 * One network's weights of a state, parameters and buffers together under PyTorch's names: what
 * `load_state_dict` expects. Shapes are PyTorch's already.
 *
 * @param state holds `{ params, buffers }` of each network under its name; buffers may be missing
 * @param network such as `generator`
 * @throws UserError when the state has no such network
 */
export function exportTorchWeights(
  state: Tree<HostTensor>,
  network: string,
): Record<string, HostTensor> {
  const networks = isBranch(state) ? Object.keys(state).filter((key) => isNetwork(state[key])) : [];
  if (!isBranch(state) || !networks.includes(network)) {
    throw new UserError(
      `exportTorchWeights: expected a network among ${networks.join(', ') || '(none)'}, ` +
        `received "${network}".`,
    );
  }
  const weights = new Map<string, HostTensor>();
  const { params, buffers = {} } = state[network] as Record<string, Record<string, HostTensor>>;
  for (const [name, tensor] of [...Object.entries(params!), ...Object.entries(buffers)]) {
    if (weights.has(name)) {
      throw new UserError(
        `exportTorchWeights: expected different names of parameters and buffers in ${network}, ` +
          `received "${name}" in both.`,
      );
    }
    weights.set(name, tensor);
  }
  return Object.fromEntries(weights);
}

function isNetwork(node: unknown): boolean {
  if (!isBranch(node) || !isBranch(node['params'])) return false;
  const parts = [node['params'], node['buffers'] ?? {}];
  return parts.every((part) => isBranch(part) && Object.values(part).every(isTensorLike));
}

const isBranch = (node: unknown): node is Record<string, unknown> =>
  typeof node === 'object' && node !== null && !Array.isArray(node) && !isTensorLike(node);

function torchName(path: readonly string[]): string {
  const kept = path.filter((key, i) => i === path.length - 1 || !UNNAMED.has(key));
  return kept.join('.') || 'tensor';
}

function collect(node: unknown, path: readonly string[], leaves: Leaf[]): void {
  if (isTensorLike(node)) {
    leaves.push({ path, tensor: node as HostTensor });
    return;
  }
  for (const [key, child] of childrenOf(node, path)) collect(child, [...path, key], leaves);
}

function nameTree(
  node: unknown,
  path: readonly string[],
  nameOf: (path: readonly string[]) => string,
): NameTree {
  if (isTensorLike(node)) return nameOf(path);
  const children = childrenOf(node, path).map(([key, child]) => {
    return [key, nameTree(child, [...path, key], nameOf)] as const;
  });
  return Array.isArray(node) ? children.map(([, child]) => child) : Object.fromEntries(children);
}

/** The children of a branch, those of a record in the order of their sorted keys. */
function childrenOf(node: unknown, path: readonly string[]): [string, unknown][] {
  if (typeof node !== 'object' || node === null || path.length > MAX_DEPTH) {
    const received = typeof node === 'object' && node !== null ? 'a deeper tree' : String(node);
    throw new UserError(
      `saveCheckpoint: expected a tensor, a list or a record at "${path.join('/')}" and at most ` +
        `${MAX_DEPTH} levels, received ${received}.`,
    );
  }
  const children = Object.entries(node);
  if (Array.isArray(node)) return children;
  return children.filter(([, child]) => child !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
}
