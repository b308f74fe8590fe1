import { activationPeak, bytesOf } from '../explain/memory.ts';
import { operatorOf } from '../explain/operators.ts';
import { sizeOfShape, type OnnxGraph, type OnnxNode, type OnnxValue } from '../onnx/graph.ts';
import { Reachability } from '../onnx/reachability.ts';
import { executionOrder } from './executionOrder.ts';

/** When it pays to make sure of an order. */
export interface OrderLimits {
  /** Values below this may be computed at any time, in bytes. Default: 256 kB. */
  readonly smallestBytes?: number;
  /** Graphs that need less memory are left as they are, in bytes. Default: 64 MB. */
  readonly worthwhileBytes?: number;
}

/**
 * Makes ONNX Runtime run the large nodes in an order that takes little memory: that of the list, or
 * its own ({@link executionOrder}), which its optimizer upsets by putting fused nodes at the end.
 * Weights' gradients may then come after the whole backward pass, and keep all that they read.
 *
 * It begins with results that nobody reads, the last one of the list first. So views of the large
 * values that nobody reads are put at the end, the first value's last; a view costs no memory and
 * next to no time. What the next large value is computed from needs none.
 *
 *     a = f(x), b = g(x), c = h(a, b)  →  …, Reshape(b, [-1]), Reshape(a, [-1])
 */
export function holdOrder(
  graph: OnnxGraph,
  overwrites: ReadonlyMap<string, string> = new Map(),
  { smallestBytes = 2 ** 18, worthwhileBytes = 2 ** 26 }: OrderLimits = {},
): OnnxGraph {
  if (activationPeak(graph, overwrites).bytes < worthwhileBytes) return graph;
  const reach = new Reachability(graph.nodes);
  // Results of the graph are read by no node anyway.
  const returned = new Set(graph.outputs.map(({ value }) => value.name));
  const isLarge = graph.nodes.map((node) => {
    const [value] = node.outputs;
    if (value === undefined || operatorOf(node).isView === true) return false;
    return bytesOf(value) >= smallestBytes && !returned.has(value.name);
  });
  const candidates = [executionOrder(graph.nodes), [...graph.nodes.keys()]].map((order) => {
    const large = order.filter((index) => isLarge[index]);
    const nodes = [...graph.nodes, ...anchorsOf(graph.nodes, large, reach)];
    const held = { ...graph, nodes };
    return { held, bytes: activationPeak(held, overwrites).bytes };
  });
  const [own, listed] = candidates as [(typeof candidates)[0], (typeof candidates)[0]];
  return listed.bytes < own.bytes ? listed.held : own.held;
}

/** Views of nodes that are to run in a given order, the first node's last. */
function anchorsOf(
  nodes: readonly OnnxNode[],
  order: readonly number[],
  reach: Reachability,
): OnnxNode[] {
  const needed = order.filter((index, place) => {
    const next = order[place + 1];
    return next === undefined || !reach.dependsOn(next, index);
  });
  return needed.reverse().map((index) => anchorOf(nodes[index]!.outputs[0]!));
}

const flat: OnnxValue = {
  ...{ name: 'order:shape', dtype: 'int64', shape: [1] },
  data: BigInt64Array.of(-1n),
};

const anchorOf = (value: OnnxValue): OnnxNode => ({
  ...{ op: 'Reshape', domain: '', inputs: [value, flat], attributes: {} },
  outputs: [{ name: `order:${value.name}`, dtype: value.dtype, shape: [sizeOfShape(value.shape)] }],
});
