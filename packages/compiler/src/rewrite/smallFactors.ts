import { type OnnxGraph, type OnnxNode, type OnnxValue, sizeOfShape } from '../onnx/graph.ts';
import { broadcastShapes } from '../shapes/rule.ts';
import { countUses, derivedName, findProducers } from './uses.ts';

/**
 * Multiplies small factors with each other before they meet a large operand, which is then gone
 * through once instead of twice.
 *
 * Before: `%a[32,64,8,8] = Mul(%x[32,64,8,8], %s[1,64,1,1])  %b = Mul(%a, %t[])`
 * After:  `%f[1,64,1,1] = Mul(%s, %t)  %b = Mul(%x, %f)`
 *
 * Refused where `%a` is read elsewhere too (nothing would be saved), or where the factors together
 * are as large as `%x`.
 */
export function smallFactors(graph: OnnxGraph): OnnxGraph {
  const uses = countUses(graph);
  const producers = new Map(findProducers(graph));
  const nodes: OnnxNode[] = [];
  for (const original of graph.nodes) {
    const rewritten = combine(original, producers, uses);
    for (const node of rewritten) {
      nodes.push(node);
      producers.set(node.outputs[0]?.name ?? '', node);
    }
  }
  return { ...graph, nodes };
}

function combine(
  node: OnnxNode,
  producers: ReadonlyMap<string, OnnxNode>,
  uses: ReadonlyMap<string, number>,
): OnnxNode[] {
  const outer = splitProduct(node);
  if (outer === undefined || uses.get(outer.large.name) !== 1) return [node];
  const source = producers.get(outer.large.name);
  const inner = source === undefined ? undefined : splitProduct(source);
  if (inner === undefined) return [node];
  const shape = broadcastShapes('compiler', inner.small.shape, outer.small.shape);
  if (sizeOfShape(shape) >= sizeOfShape(inner.large.shape)) return [node];
  const result = node.outputs[0]!;
  const factor: OnnxValue = {
    name: derivedName(result.name, 'factor'),
    dtype: result.dtype,
    shape,
  };
  return [
    { ...node, inputs: [inner.small, outer.small], outputs: [factor] },
    { ...node, inputs: [inner.large, factor] },
  ];
}

/** A product of a value of the result's shape with a smaller one. */
function splitProduct(node: OnnxNode): { large: OnnxValue; small: OnnxValue } | undefined {
  if (node.op !== 'Mul' || node.outputs[0]!.dtype !== 'float32') return undefined;
  const [a, b] = node.inputs as [OnnxValue, OnnxValue];
  const size = sizeOfShape(node.outputs[0]!.shape);
  const [sizeA, sizeB] = [sizeOfShape(a.shape), sizeOfShape(b.shape)];
  if (sizeA === size && sizeB < size) return { large: a, small: b };
  if (sizeB === size && sizeA < size) return { large: b, small: a };
  return undefined;
}
