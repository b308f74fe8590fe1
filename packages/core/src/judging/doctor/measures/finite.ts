import { flattenTree, type HostTensor, type Tree } from '@gan-zoo/compiler';

/** A number that is none. */
export interface NonFinite {
  /** The metric's name, or the path of the weight in the state. */
  readonly name: string;
  /** NaN, Infinity or −Infinity. */
  readonly value: number;
}

/** The first metric of a record that is NaN or infinite, by the order of the record. */
export function nonFiniteMetric(
  metrics: Readonly<Record<string, number | undefined>>,
): NonFinite | undefined {
  const found = Object.entries(metrics).find(
    ([, value]) => value !== undefined && !Number.isFinite(value),
  );
  return found === undefined ? undefined : { name: found[0], value: found[1]! };
}

/** The first tensor of a state with a value that is NaN or infinite, and that value. */
export function nonFiniteWeight(state: Tree<HostTensor>): NonFinite | undefined {
  for (const { path, leaf } of flattenTree<HostTensor>(state)) {
    if (leaf.dtype !== 'float32') continue;
    const value = (leaf.data as Float32Array).find((each) => !Number.isFinite(each));
    if (value !== undefined) return { name: path, value };
  }
  return undefined;
}
