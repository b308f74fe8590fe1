import type { OnnxGraph, OnnxNode } from '../onnx/graph.ts';

/**
 * Removes nodes whose results nobody reads, and arguments that no node reads.
 *
 * Before: `input %x  input %y  %a = Exp(%y)  %b = Neg(%x)  output %b`
 * After:  `input %x  %b = Neg(%x)  output %b`
 */
export function deadNodes(graph: OnnxGraph): OnnxGraph {
  const used = new Set(graph.outputs.map(({ value }) => value.name));
  const kept: OnnxNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => used.has(output.name))) continue;
    for (const value of node.inputs) if (value !== undefined) used.add(value.name);
    kept.push(node);
  }
  const inputs = graph.inputs.filter(({ name }) => used.has(name));
  return { inputs, outputs: graph.outputs, nodes: kept.reverse() };
}
