import type { Captured } from '../capture/capture.ts';
import type { KernelNode, Value } from '../capture/graph.ts';
import { userLine } from '../capture/userLine.ts';
import { UserError } from '../errors.ts';
import type { OnnxGraph, OnnxValue } from '../onnx/graph.ts';
import { laidOut, type Lowered, LoweringContext, plain, plainLayout } from './context.ts';
import { splat } from './elementwise.ts';
import { lowerings } from './index.ts';
import type { Layouts } from './residentLayouts.ts';
import type { ConvolutionChoice } from './conv/convolutionChoice.ts';

/** The ONNX names of a captured function's arguments and results. */
export const inputName = (path: string): string => `in:${path}`;
export const outputName = (path: string): string => `out:${path}`;

/**
 * Lowers a captured graph kernel by kernel. Arguments and results are held in logical order, so that
 * callers see tfjs's shapes, but for the paths with a layout of their own; in between every value has
 * the layout that its operators like best.
 *
 * A result that is one of the arguments, untouched, gets no output: see {@link unchangedOutputs}.
 */
export function lower(
  captured: Captured,
  layouts: Layouts = new Map(),
  convolutions: ConvolutionChoice = 'estimated',
): OnnxGraph {
  const context = new LoweringContext(convolutions);
  const values = new Map<Value, Lowered>();
  const layoutOf = (path: string, rank: number): readonly number[] =>
    layouts.get(path) ?? plainLayout(rank);
  const inputs: OnnxValue[] = captured.inputs.map(({ path, leaf }) => {
    const layout = layoutOf(path, leaf.shape.length);
    const shape = layout.map((axis) => leaf.shape[axis]!);
    const value: OnnxValue = { name: inputName(path), dtype: leaf.dtype, shape };
    values.set(leaf, laidOut(value, layout));
    return value;
  });
  const find = (value: Value): Lowered => {
    const known = values.get(value) ?? lowerConstant(context, value);
    values.set(value, known);
    return known;
  };
  for (const node of captured.graph.nodes) {
    lowerNode(context, node, find).forEach((lowered, i) => values.set(node.outputs[i]!, lowered));
  }
  const unchanged = new Set(unchangedOutputs(captured).keys());
  const outputs = captured.outputs
    .filter(({ path }) => !unchanged.has(path))
    .map(({ path, leaf }) => {
      const layout = layoutOf(path, leaf.shape.length);
      return { name: outputName(path), value: context.dense(find(leaf), layout) };
    });
  return { inputs, outputs, nodes: context.nodes };
}

/**
 * Results that are the argument of the same path returned as it came, such as a part of the state
 * that a step does not update: result path → argument path.
 */
export function unchangedOutputs(captured: Captured): Map<string, string> {
  const unchanged = new Map<string, string>();
  for (const { path, leaf } of captured.outputs) {
    if (leaf.input === path) unchanged.set(path, path);
  }
  return unchanged;
}

function lowerConstant(context: LoweringContext, value: Value): Lowered {
  const data = value.constant;
  if (data === undefined) throw new Error(`compiler: %${value.id} is used before it was lowered.`);
  const first = data[0];
  // A constant that is one number everywhere is stored once.
  if (data.length > 0 && data.every((each) => Object.is(each, first))) {
    return splat(context, Number(first), value.dtype, value.shape);
  }
  return plain(context.constant(data, value.shape, value.dtype));
}

function lowerNode(
  context: LoweringContext,
  node: KernelNode,
  find: (value: Value) => Lowered,
): readonly Lowered[] {
  const operands = node.inputs.map(find);
  const isList = node.names.every((name, i) => name === String(i));
  const inputs = isList
    ? operands
    : Object.fromEntries(node.names.map((name, i) => [name, operands[i]]));
  const call = { context, inputs, attrs: node.attrs, outputs: node.outputs };
  const lowering = lowerings[node.kernel] as unknown as (call: object) => Lowered | Lowered[];
  try {
    return [lowering(call)].flat();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${error.message} Called at ${userLine(node.site)}.`);
  }
}
