import type { OnnxNode } from '../onnx/graph.ts';

/**
 * The order in which ONNX Runtime runs nodes, as places in the list: not that of the list. Nodes
 * whose results nobody reads are visited from the last one to the first, and before a node runs, what
 * it reads is visited likewise, so that everything runs as late as it can.
 *
 * Source: `GraphViewer` and `Graph::ReverseDFSFrom` of ONNX Runtime 1.30.
 */
export function executionOrder(nodes: readonly OnnxNode[]): number[] {
  const makers = new Map<string, number>();
  nodes.forEach(({ outputs }, index) => outputs.forEach(({ name }) => makers.set(name, index)));
  const sources = nodes.map(({ inputs }) => {
    const own = inputs.map((value) => value && makers.get(value.name));
    return [...new Set(own)].filter((maker) => maker !== undefined).sort((a, b) => a - b);
  });
  const isRead = new Set(sources.flat());
  const order: number[] = [];
  const isSeen = new Uint8Array(nodes.length);
  const stack: { readonly node: number; readonly isReady: boolean }[] = [];
  const visit = (node: number): void => void stack.push({ node, isReady: false });
  nodes.forEach((_, node) => {
    if (!isRead.has(node)) visit(node);
  });
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, isReady } = next;
    if (isReady) order.push(node);
    if (isReady || isSeen[node] === 1) continue;
    isSeen[node] = 1;
    stack.push({ node, isReady: true });
    for (const source of sources[node]!) if (isSeen[source] === 0) visit(source);
  }
  return order;
}
