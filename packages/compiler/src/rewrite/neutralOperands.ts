import { type OnnxGraph, type OnnxNode, type OnnxValue, sameShape } from '../onnx/graph.ts';
import { replaceValues } from './replaceValues.ts';

/** The constant that changes nothing, by operator, and whether it may stand on either side. */
const neutral: Readonly<Record<string, { value: number; eitherSide: boolean }>> = {
  Add: { value: 0, eitherSide: true },
  Sub: { value: 0, eitherSide: false },
  Mul: { value: 1, eitherSide: true },
  Div: { value: 1, eitherSide: false },
  Pow: { value: 1, eitherSide: false },
};

/**
 * Removes arithmetic with a neutral constant.
 *
 * Before: `%a = Mul(%x, 1)  %b = Add(%a, %y)`
 * After:  `%b = Add(%x, %y)`
 *
 * Refused where the constant's broadcast gives the result another shape than the operand's.
 */
export function neutralOperands(graph: OnnxGraph): OnnxGraph {
  const replaced = new Map<string, OnnxValue>();
  const resolve = (value: OnnxValue | undefined): OnnxValue | undefined =>
    value === undefined ? undefined : (replaced.get(value.name) ?? value);
  const nodes = graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(resolve) }));
  const kept = nodes.filter((node) => {
    const survivor = survivingOperand(node);
    if (survivor === undefined) return true;
    replaced.set(node.outputs[0]!.name, resolve(survivor)!);
    return false;
  });
  return replaceValues({ ...graph, nodes: kept }, replaced);
}

function survivingOperand(node: OnnxNode): OnnxValue | undefined {
  const rule = neutral[node.op];
  if (rule === undefined || node.domain !== '') return undefined;
  const [a, b] = node.inputs as [OnnxValue, OnnxValue];
  const result = node.outputs[0]!;
  const isNeutral = (value: OnnxValue): boolean =>
    value.data !== undefined && value.data.every((each) => Object.is(Number(each), rule.value));
  if (isNeutral(b) && sameShape(a.shape, result.shape)) return a;
  if (rule.eitherSide && isNeutral(a) && sameShape(b.shape, result.shape)) return b;
  return undefined;
}
