import { sizeOfShape, type OnnxNode, type OnnxValue } from './graph.ts';

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
 * A value that is there only once others are, on which it does not depend: it is given its shape by a
 * number of theirs. A reshape moves no memory, so that the gate costs next to nothing.
 *
 *     y = Sub(w, u)  →  shape = Where(IsNaN(witness[0]), shape of u, shape of u)
 *                       y = Sub(w, Reshape(u, shape))
 *
 * @param value what is to wait
 * @param witnesses floats that must have been computed
 * @param name begins the names of what the gate is made of
 * @returns the value to read in its place, and the nodes that make it
 */
export function gate(
  value: OnnxValue,
  witnesses: readonly OnnxValue[],
  name: string,
): { readonly opened: OnnxValue; readonly nodes: readonly OnnxNode[] } {
  const target = shapeValue(`${name}:shape`, value.shape);
  let shape: OnnxValue = target;
  const nodes: OnnxNode[] = [];
  witnesses.forEach((witness, index) => {
    const part = (kind: string): string => `${name}:${kind}${index}`;
    const flat: OnnxValue = {
      name: part('flat'),
      dtype: witness.dtype,
      shape: [sizeOfShape(witness.shape)],
    };
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
  const opened: OnnxValue = { ...value, name: `${name}:open` };
  return { opened, nodes: [...nodes, node('Reshape', [value, shape], opened)] };
}
