import type { OnnxGraph, OnnxValue } from '../onnx/graph.ts';

/** Uses other values in place of some, by name, everywhere in a graph. */
export function replaceValues(
  graph: OnnxGraph,
  replaced: ReadonlyMap<string, OnnxValue>,
): OnnxGraph {
  if (replaced.size === 0) return graph;
  const resolve = (value: OnnxValue): OnnxValue => {
    let current = value;
    for (
      let next = replaced.get(current.name);
      next !== undefined;
      next = replaced.get(current.name)
    ) {
      current = next;
    }
    return current;
  };
  return {
    inputs: graph.inputs,
    outputs: graph.outputs.map(({ name, value }) => ({ name, value: resolve(value) })),
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map((value) => (value === undefined ? undefined : resolve(value))),
    })),
  };
}
