import { lower } from '../lower/lower.ts';
import type { OnnxGraph, OnnxValue } from '../onnx/graph.ts';
import type { Program } from '../program.ts';
import { activationPeak, bytesOf } from './memory.ts';
import { flopsOf, operatorOf, type OperatorKind } from './operators.ts';

/** How often an operator occurs and what it computes. */
export interface OperatorCount {
  /** ONNX's name, with its domain where that is not the standard one. */
  readonly op: string;
  readonly kind: OperatorKind;
  readonly nodes: number;
  /** Floating-point operations of all its nodes; a multiply-add counts as two. */
  readonly flops: number;
}

/** A part of the state, such as `generator` or `generatorOptimizer`. */
export interface StatePart {
  readonly name: string;
  readonly tensors: number;
  readonly elements: number;
  readonly bytes: number;
}

/** What a step needs in memory, in bytes. */
export interface MemoryEstimate {
  /** The whole state, which stays where the step runs. */
  readonly state: number;
  /** Everything else that comes in. */
  readonly batch: number;
  /** Numbers known when the step was compiled. */
  readonly constants: number;
  /** The next state, or rather the parts of it that the step changes. */
  readonly nextState: number;
  /** Metrics, pictures and whatever else goes out. */
  readonly results: number;
  /** The most that results of nodes need at once, next state and results included. */
  readonly activations: number;
  /** The node during which that is. */
  readonly peakNode: string | undefined;
  /** State, batch, constants and activations together. */
  readonly peak: number;
}

/** What a compiled program consists of; see {@link explainProgram}. */
export interface Explanation {
  /** Nodes after each stage: captured kernels, ONNX nodes as lowered, ONNX nodes after rewriting. */
  readonly nodes: {
    readonly captured: number;
    readonly lowered: number;
    readonly rewritten: number;
  };
  /** One entry per operator, those that compute most first. */
  readonly operators: readonly OperatorCount[];
  /** Floating-point operations of one run. */
  readonly flops: number;
  /** Operators without a formula, which count as no operation. */
  readonly uncounted: readonly string[];
  readonly stateParts: readonly StatePart[];
  readonly memory: MemoryEstimate;
}

/**
 * Counts a program's nodes and floating-point operations and estimates its memory, without running
 * it.
 *
 * Operations are counted as the graph carries them out: a filter's taps on padding count, work that
 * the rewrites removed does not, and a convolution by a fast algorithm counts what that needs, which
 * is less than its definition says. The memory is an estimate by liveness; ONNX Runtime's arena and its
 * kernels' workspaces come on top, see {@link activationPeak}.
 *
 * @param program arguments named `state` and `batch` are told apart; anything that is not the state
 *   counts as batch
 */
export function explainProgram(program: Program): Explanation {
  const { captured, graph } = program;
  const operators = countOperators(graph);
  return {
    nodes: {
      captured: captured.graph.nodes.length,
      lowered: lower(captured, program.layouts).nodes.length,
      rewritten: graph.nodes.length,
    },
    operators,
    flops: sum(operators.map(({ flops }) => flops)),
    uncounted: operators.filter(({ kind }) => kind === 'other').map(({ op }) => op),
    stateParts: statePartsOf(program),
    memory: estimateMemory(program),
  };
}

function countOperators({ nodes }: OnnxGraph): OperatorCount[] {
  const counts = new Map<string, OperatorCount>();
  for (const node of nodes) {
    const op = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
    const { kind } = operatorOf(node);
    const known = counts.get(op) ?? { op, kind, nodes: 0, flops: 0 };
    counts.set(op, { ...known, nodes: known.nodes + 1, flops: known.flops + flopsOf(node) });
  }
  return [...counts.values()].sort((a, b) => b.flops - a.flops || b.nodes - a.nodes);
}

const statePrefix = 'state/';
const nextStatePrefix = 'out:state/';

function statePartsOf({ captured }: Program): StatePart[] {
  const parts = new Map<string, StatePart>();
  for (const { path, leaf } of captured.inputs) {
    if (!path.startsWith(statePrefix)) continue;
    const [name] = path.slice(statePrefix.length).split('/') as [string];
    const known = parts.get(name) ?? { name, tensors: 0, elements: 0, bytes: 0 };
    parts.set(name, {
      name,
      tensors: known.tensors + 1,
      elements: known.elements + leaf.shape.reduce((a, b) => a * b, 1),
      bytes: known.bytes + bytesOf(leaf),
    });
  }
  return [...parts.values()];
}

function estimateMemory({ captured, graph, overwrites }: Program): MemoryEstimate {
  const inputs = captured.inputs.map(({ path, leaf }) => ({
    isState: path.startsWith(statePrefix),
    bytes: bytesOf(leaf),
  }));
  const outputs = graph.outputs.map(({ name, value }) => ({
    isState: name.startsWith(nextStatePrefix),
    bytes: bytesOf(value),
  }));
  const total = (values: readonly { isState: boolean; bytes: number }[], state: boolean): number =>
    sum(values.filter(({ isState }) => isState === state).map(({ bytes }) => bytes));
  const [state, batch] = [total(inputs, true), total(inputs, false)];
  const constants = sum(constantsOf(graph).map(bytesOf));
  const { bytes: activations, node: peakNode } = activationPeak(graph, overwrites);
  return {
    ...{ state, batch, constants, activations, peakNode },
    nextState: total(outputs, true),
    results: total(outputs, false),
    peak: state + batch + constants + activations,
  };
}

function constantsOf({ nodes }: OnnxGraph): OnnxValue[] {
  const constants = new Map<string, OnnxValue>();
  for (const value of nodes.flatMap((node) => node.inputs)) {
    if (value?.data !== undefined) constants.set(value.name, value);
  }
  return [...constants.values()];
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
