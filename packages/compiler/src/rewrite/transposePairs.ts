import { type OnnxGraph, type OnnxNode, type OnnxValue } from '../onnx/graph.ts';
import { replaceValues } from './replaceValues.ts';

/**
 * Joins a transposition with the one that feeds it; a pair that cancels disappears.
 *
 * Before: `%a = Transpose(%x) {perm: [0,3,1,2]}  %b = Transpose(%a) {perm: [0,2,3,1]}`
 * After:  `%b` is `%x`
 */
export function transposePairs(graph: OnnxGraph): OnnxGraph {
  const producers = new Map<string, OnnxNode>();
  const replaced = new Map<string, OnnxValue>();
  const kept: OnnxNode[] = [];
  for (const original of graph.nodes) {
    const inputs = original.inputs.map((value) =>
      value === undefined ? undefined : (replaced.get(value.name) ?? value),
    );
    const node = join({ ...original, inputs }, producers);
    const [input] = node.inputs;
    if (node.op === 'Transpose' && permOf(node).every((axis, i) => axis === i)) {
      replaced.set(node.outputs[0]!.name, input!);
      continue;
    }
    producers.set(node.outputs[0]!.name, node);
    kept.push(node);
  }
  return replaceValues({ ...graph, nodes: kept }, replaced);
}

function join(node: OnnxNode, producers: ReadonlyMap<string, OnnxNode>): OnnxNode {
  const source = producers.get(node.inputs[0]?.name ?? '');
  if (node.op !== 'Transpose' || source?.op !== 'Transpose') return node;
  const inner = permOf(source);
  const perm = permOf(node).map((axis) => inner[axis]!);
  return { ...node, inputs: source.inputs, attributes: { perm: { ints: perm } } };
}

const permOf = (node: OnnxNode): readonly number[] =>
  (node.attributes['perm'] as { readonly ints: readonly number[] }).ints;
