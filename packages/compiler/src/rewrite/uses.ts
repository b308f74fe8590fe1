import type { OnnxGraph, OnnxNode } from '../onnx/graph.ts';

/** How often each value is read, by nodes and as an output. */
export function countUses(graph: OnnxGraph): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  const use = (name: string): void => void uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const node of graph.nodes)
    for (const value of node.inputs) if (value !== undefined) use(value.name);
  for (const { value } of graph.outputs) use(value.name);
  return uses;
}

/** The nodes that read each value, by their places in the list. */
export function findReaders(nodes: readonly OnnxNode[]): ReadonlyMap<string, readonly number[]> {
  const readers = new Map<string, number[]>();
  nodes.forEach((node, index) => {
    for (const name of new Set(node.inputs.map((input) => input?.name))) {
      if (name !== undefined) readers.set(name, [...(readers.get(name) ?? []), index]);
    }
  });
  return readers;
}

/** The node that makes each value. */
export function findProducers(graph: OnnxGraph): ReadonlyMap<string, OnnxNode> {
  return new Map(
    graph.nodes.flatMap((node) => node.outputs.map((value) => [value.name, node] as const)),
  );
}

/** A name for a value that a rewrite adds: it occurs nowhere else, since every old name is unique. */
export const derivedName = (name: string, suffix: string): string => `${name}.${suffix}`;
