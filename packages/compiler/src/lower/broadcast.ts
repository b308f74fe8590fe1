import type { OnnxDtype, OnnxValue } from '../onnx/graph.ts';
import { broadcastShapes } from '../shapes/rule.ts';
import { type Lowered, type LoweringContext, physicalSize, plainLayout } from './context.ts';

/** Gives a value leading axes of extent 1 until it has the rank, as broadcasting does. */
export function extendRank(context: LoweringContext, lowered: Lowered, rank: number): Lowered {
  const missing = rank - lowered.shape.length;
  if (missing === 0) return lowered;
  const ones = new Array<number>(missing).fill(1);
  return {
    value: context.reshape(lowered.value, [...ones, ...lowered.value.shape]),
    shape: [...ones, ...lowered.shape],
    layout: [...plainLayout(missing), ...lowered.layout.map((axis) => axis + missing)],
  };
}

/**
 * Lowers an elementwise operator: its operands are brought into one layout, that of the largest,
 * and broadcast by the operator itself.
 *
 * @param apply adds the operator to the graph and returns its physical result
 */
export function elementwise(
  context: LoweringContext,
  operands: readonly Lowered[],
  dtype: OnnxDtype,
  apply: (values: OnnxValue[], type: { dtype: OnnxDtype; shape: readonly number[] }) => OnnxValue,
): Lowered {
  const rank = Math.max(...operands.map(({ shape }) => shape.length));
  const extended = operands.map((operand) =>
    // A stored scalar broadcasts as it is.
    operand.value.shape.length === 0 ? operand : extendRank(context, operand, rank),
  );
  const layout = commonLayout(extended, rank);
  const values = extended.map((operand) =>
    operand.value.shape.length === 0 ? operand.value : context.arrange(operand, layout).value,
  );
  const shape = broadcastShapes('compiler', ...values.map((value) => value.shape));
  const result = apply(values, { dtype, shape });
  return {
    value: context.reshape(result, [...new Array<number>(rank - shape.length).fill(1), ...shape]),
    shape: broadcastShapes('compiler', ...operands.map((operand) => operand.shape)),
    layout,
  };
}

/** The layout of the operand that stores the most elements. */
function commonLayout(operands: readonly Lowered[], rank: number): readonly number[] {
  const candidates = operands.filter(({ layout }) => layout.length === rank);
  let largest: Lowered | undefined;
  for (const each of candidates) {
    if (largest === undefined || physicalSize(each) > physicalSize(largest)) largest = each;
  }
  return largest?.layout ?? plainLayout(rank);
}
