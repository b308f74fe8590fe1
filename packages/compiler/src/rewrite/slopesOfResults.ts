import type { Attribute, OnnxGraph, OnnxNode, OnnxValue } from '../onnx/graph.ts';

/** A factor from which on a product is a slope after it is cut off: see the lowering of `Step`. */
const steep = 1e30;

const isActivation = ({ op }: OnnxNode): boolean => op === 'Relu' || op === 'LeakyRelu';

const isSteepSigmoid = ({ op, attributes: { alpha, beta } }: OnnxNode): boolean =>
  op === 'HardSigmoid' && numberOf(alpha) > steep && numberOf(beta) === 0;

const numberOf = (attribute: Attribute | undefined): number =>
  attribute !== undefined && 'f' in attribute ? attribute.f : NaN;

/**
 * Reads the slope of a (leaky) ReLU off its result, which has the sign of its operand. The backward
 * pass keeps the result anyway, for the layer that follows; the operand need not be kept then.
 *
 * Before: `%r = Relu(%x)`, `%s = HardSigmoid(%x) {alpha: 1e38, beta: 0}`
 * After:  `%r = Relu(%x)`, `%s = HardSigmoid(%r) {alpha: 1e38, beta: 0}`
 *
 * Likewise `%s = Clip(Mul(%x, 1e38), alpha, 1)` beside a LeakyRelu.
 */
export function slopesOfResults(graph: OnnxGraph): OnnxGraph {
  const results = new Map<string, OnnxValue>();
  const nodes = graph.nodes.map((node): OnnxNode => {
    const [x, factor] = node.inputs;
    if (x === undefined) return node;
    const result = results.get(x.name);
    if (isActivation(node)) results.set(x.name, result ?? node.outputs[0]!);
    const isSteep = isSteepSigmoid(node) || (node.op === 'Mul' && isSteepFactor(factor));
    return isSteep && result !== undefined
      ? { ...node, inputs: [result, ...node.inputs.slice(1)] }
      : node;
  });
  return { ...graph, nodes };
}

const isSteepFactor = (factor: OnnxValue | undefined): boolean =>
  factor?.data?.length === 1 && Number(factor.data[0]) > steep;
