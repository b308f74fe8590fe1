import type { OnnxGraph, OnnxNode, OnnxValue } from '../onnx/graph.ts';
import { replaceValues } from './replaceValues.ts';

/**
 * Computes equal expressions once.
 *
 * Before: `%a = Exp(%x)  %b = Exp(%x)  %c = Add(%a, %b)`
 * After:  `%a = Exp(%x)  %c = Add(%a, %a)`
 *
 * Two nodes are equal when operator, attributes, operands and the number of results are; two constants when dtype, shape
 * and values are. It makes gradients that recompute the forward pass free.
 */
export function commonSubexpressions(graph: OnnxGraph): OnnxGraph {
  const nodes = new Map<string, readonly OnnxValue[]>();
  const constants = new Map<string, OnnxValue>();
  const replaced = new Map<string, OnnxValue>();
  const kept: OnnxNode[] = [];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((value) => canonical(value, replaced, constants));
    const key = JSON.stringify([
      node.domain,
      node.op,
      node.attributes,
      inputs.map((v) => v?.name ?? ''),
      node.outputs.length,
    ]);
    const known = nodes.get(key);
    if (known === undefined) {
      nodes.set(key, node.outputs);
      kept.push({ ...node, inputs });
    } else {
      node.outputs.forEach((output, i) => replaced.set(output.name, known[i]!));
    }
  }
  return replaceValues({ ...graph, nodes: kept }, replaced);
}

function canonical(
  value: OnnxValue | undefined,
  replaced: ReadonlyMap<string, OnnxValue>,
  constants: Map<string, OnnxValue>,
): OnnxValue | undefined {
  if (value === undefined) return undefined;
  if (value.data === undefined) return replaced.get(value.name) ?? value;
  // Long constants are compared by identity: hashing them would cost more than they save.
  const values =
    value.data.length <= 64
      ? Array.from(value.data as Iterable<number | bigint>, format)
      : [value.name];
  const key = `${value.dtype}[${value.shape.join()}]${values.join()}`;
  const known = constants.get(key);
  if (known !== undefined) return known;
  constants.set(key, value);
  return value;
}

const format = (value: number | bigint): string => (Object.is(value, -0) ? '-0' : String(value));
