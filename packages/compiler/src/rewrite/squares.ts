import type { OnnxGraph, OnnxNode } from '../onnx/graph.ts';

/**
 * Turns a power of two into a product, which is exact and many times as fast.
 *
 * Before: `%a = Pow(%x, 2)`
 * After:  `%a = Mul(%x, %x)`
 */
export function squares(graph: OnnxGraph): OnnxGraph {
  const rewrite = (node: OnnxNode): OnnxNode => {
    if (node.op !== 'Pow') return node;
    const [base, exponent] = node.inputs;
    const isTwo =
      exponent?.data !== undefined && exponent.data.length === 1 && Number(exponent.data[0]) === 2;
    return isTwo ? { ...node, op: 'Mul', inputs: [base, base] } : node;
  };
  return { ...graph, nodes: graph.nodes.map(rewrite) };
}
