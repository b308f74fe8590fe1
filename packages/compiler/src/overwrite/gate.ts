import { sameShape, type OnnxNode, type OnnxValue } from '../onnx/graph.ts';

const node = (
  op: string,
  inputs: readonly OnnxValue[],
  output: OnnxValue,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({ op, domain: '', inputs, outputs: [output], attributes });

const shapeValue = (name: string, shape: readonly number[]): OnnxValue => ({
  name,
  dtype: 'int64',
  shape: [shape.length],
  data: BigInt64Array.from(shape, BigInt),
});

/**
 * A node that runs after others on whose results it does not depend: one of its operands is given
 * its shape by a number of theirs. A reshape moves no memory, so that the gate costs next to nothing.
 *
 *     y = Sub(w, u)  →  shape = Where(IsNaN(witness[0]), shape of u, shape of u)
 *                       y = Sub(w, Reshape(u, shape))
 *
 * @param waiting the node
 * @param former an operand of it that is not to be gated
 * @param witnesses nodes that must have run
 * @returns the nodes in place of the first; undefined when it has no operand that can be gated
 */
export function gated(
  waiting: OnnxNode,
  former: OnnxValue,
  witnesses: readonly OnnxNode[],
): OnnxNode[] | undefined {
  const [result] = waiting.outputs as readonly [OnnxValue];
  const held = waiting.inputs.find(
    (value) =>
      value !== undefined &&
      value.data === undefined &&
      value.name !== former.name &&
      sameShape(value.shape, result.shape),
  );
  if (held === undefined) return undefined;
  const name = `gate:${result.name}`;
  const target = shapeValue(`${name}:shape`, held.shape);
  let shape: OnnxValue = target;
  const nodes: OnnxNode[] = [];
  witnesses.forEach(({ outputs }, index) => {
    const part = (kind: string): string => `${name}:${kind}${index}`;
    const [witness] = outputs as readonly [OnnxValue];
    const flat: OnnxValue = { name: part('flat'), dtype: witness.dtype, shape: [-1] };
    const first: OnnxValue = { name: part('first'), dtype: witness.dtype, shape: [1] };
    const isNan: OnnxValue = { name: part('nan'), dtype: 'bool', shape: [1] };
    const next: OnnxValue = { name: part('shape'), dtype: 'int64', shape: target.shape };
    nodes.push(
      node('Reshape', [witness, shapeValue(part('flatShape'), [-1])], flat),
      node('Gather', [flat, shapeValue(part('zero'), [0])], first, { axis: { i: 0 } }),
      node('IsNaN', [first], isNan),
      node('Where', [isNan, shape, target], next),
    );
    shape = next;
  });
  const opened: OnnxValue = { ...held, name: `${name}:open` };
  const inputs = waiting.inputs.map((value) => (value === held ? opened : value));
  return [...nodes, node('Reshape', [held, shape], opened), { ...waiting, inputs }];
}
