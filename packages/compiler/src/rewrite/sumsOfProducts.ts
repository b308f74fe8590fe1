import type { OnnxGraph, OnnxNode, OnnxValue } from '../onnx/graph.ts';
import { derivedName, findProducers } from './uses.ts';

/**
 * Takes a factor that does not vary along the summed axes out of a sum. The sum of the other factor
 * is often needed anyway, and is then computed once.
 *
 * Before: `%p[8,64,4,4] = Mul(%x[8,64,4,4], %s[1,64,1,1])  %b = ReduceSum(%p, [0,2,3])`
 * After:  `%q[1,64,1,1] = ReduceSum(%x, [0,2,3])  %b = Mul(%q, %s)`
 *
 * Refused where the factor has more than one element along a summed axis, or another rank.
 */
export function sumsOfProducts(graph: OnnxGraph): OnnxGraph {
  const producers = findProducers(graph);
  return { ...graph, nodes: graph.nodes.flatMap((node) => takeOut(node, producers)) };
}

function takeOut(node: OnnxNode, producers: ReadonlyMap<string, OnnxNode>): OnnxNode[] {
  const [summed, axesValue] = node.inputs;
  const product = producers.get(summed?.name ?? '');
  if (node.op !== 'ReduceSum' || product?.op !== 'Mul' || axesValue?.data === undefined)
    return [node];
  const axes = Array.from(axesValue.data as BigInt64Array, Number);
  const isConstantAlong = (value: OnnxValue): boolean =>
    value.shape.length === 0 ||
    (value.shape.length === summed!.shape.length && axes.every((axis) => value.shape[axis] === 1));
  const [a, b] = product.inputs as [OnnxValue, OnnxValue];
  const factor = [b, a].find(isConstantAlong);
  const other = factor === b ? a : b;
  const result = node.outputs[0]!;
  if (factor === undefined || other.shape.join() !== summed!.shape.join()) return [node];
  const sum: OnnxValue = { ...result, name: derivedName(result.name, 'sum') };
  return [
    { ...node, inputs: [other, axesValue], outputs: [sum] },
    { op: 'Mul', domain: '', inputs: [sum, factor], outputs: [result], attributes: {} },
  ];
}
