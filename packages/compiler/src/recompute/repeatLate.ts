import { bytesOf } from '../explain/memory.ts';
import { operatorOf } from '../explain/operators.ts';
import { gate } from '../onnx/gate.ts';
import type { OnnxGraph, OnnxNode, OnnxValue } from '../onnx/graph.ts';
import type { Reachability } from '../onnx/reachability.ts';
import { deadNodes } from '../rewrite/deadNodes.ts';
import { findReaders } from '../rewrite/uses.ts';

/** When it pays to compute values twice. */
export interface RecomputeLimits {
  /** Values below this are kept, in bytes. Default: 512 kB. */
  readonly smallestBytes?: number;
  /** Nothing is computed twice where that would free less than this altogether. Default: 8 MB. */
  readonly worthwhileBytes?: number;
}

/** See {@link RecomputeLimits}. */
const defaultLimits: Required<RecomputeLimits> = {
  smallestBytes: 2 ** 19,
  worthwhileBytes: 2 ** 23,
};

/** Readers of a value that are further apart in the order of execution get values of their own. */
const nearNodes = 64;

/** A node that reads a value, maybe under another shape. */
export interface Reader {
  readonly node: OnnxNode;
  /** What it reads. */
  readonly value: OnnxValue;
  /** The views that lead from the value there. */
  readonly views: readonly OnnxNode[];
}

/** A value that is read by the forward pass, and again much later. */
export interface Repeat {
  /** What it is computed from. */
  readonly source: OnnxValue;
  /** The nodes from there on, the one that makes the value last. */
  readonly chain: readonly OnnxNode[];
  readonly bytes: number;
  /** Where it is read later, close to each other. */
  readonly readers: readonly Reader[];
  /** Something that what was read before leads to, and that is there when these run. */
  readonly witness: OnnxValue;
}

/** How a pass finds what to compute twice. */
export interface RepeatFinder {
  readonly isCandidate: (node: OnnxNode) => boolean;
  /** What may be computed twice, of candidates that are large enough. */
  readonly findRepeats: (graph: OnnxGraph, candidates: readonly OnnxNode[]) => Repeat[];
}

/** Computes again what a pass finds, unless that would free too little. */
export function repeatWorthwhile(
  graph: OnnxGraph,
  limits: RecomputeLimits,
  { isCandidate, findRepeats }: RepeatFinder,
): OnnxGraph {
  const { smallestBytes, worthwhileBytes } = { ...defaultLimits, ...limits };
  const resultBytes = ({ outputs: [result] }: OnnxNode): number => bytesOf(result!);
  const candidates = graph.nodes.filter(
    (node) => isCandidate(node) && resultBytes(node) >= smallestBytes,
  );
  if (sumOf(candidates.map(resultBytes)) < worthwhileBytes) return graph;
  const found = findRepeats(graph, candidates);
  const freed = sumOf(found.map(({ bytes }) => bytes));
  return found.length === 0 || freed < worthwhileBytes ? graph : repeatLate(graph, found);
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Computes values again for their late readers, as soon as the witness is there, and not before. */
function repeatLate(graph: OnnxGraph, found: readonly Repeat[]): OnnxGraph {
  const again = new Map<OnnxNode, OnnxNode[]>();
  const replaced = new Map<OnnxNode, Map<string, OnnxValue>>();
  for (const [index, { source, chain, readers, witness }] of found.entries()) {
    const name = `again:${chain.at(-1)!.outputs[0]!.name}:${index}`;
    const { opened, nodes } = gate(source, [witness], name);
    const copies = new Map([[source.name, opened]]);
    const needed = new Set([...chain, ...readers.flatMap(({ views }) => views)]);
    const copied = [...needed].map((node): OnnxNode => {
      const [output] = node.outputs as readonly [OnnxValue];
      const inputs = node.inputs.map((input) => (input && copies.get(input.name)) ?? input);
      const own = { ...output, name: `${name}:${output.name}` };
      copies.set(output.name, own);
      return { ...node, inputs, outputs: [own] };
    });
    const [first] = readers as readonly [Reader];
    again.set(first.node, [...(again.get(first.node) ?? []), ...nodes, ...copied]);
    for (const { node, value } of readers) {
      const own = replaced.get(node) ?? new Map<string, OnnxValue>();
      replaced.set(node, own.set(value.name, copies.get(value.name)!));
    }
  }
  const nodes = graph.nodes.flatMap((node) => {
    const values = replaced.get(node);
    const inputs = node.inputs.map((input) => (input && values?.get(input.name)) ?? input);
    return [...(again.get(node) ?? []), values === undefined ? node : { ...node, inputs }];
  });
  return deadNodes({ ...graph, nodes });
}

/** The nodes that read a value, each with the views in between. */
export function readersThroughViews(nodes: readonly OnnxNode[]): (value: OnnxValue) => Reader[] {
  const direct = findReaders(nodes);
  const all = (value: OnnxValue, views: readonly OnnxNode[]): Reader[] =>
    (direct.get(value.name) ?? []).flatMap((index) => {
      const node = nodes[index]!;
      return operatorOf(node).isView === true
        ? all(node.outputs[0]!, [...views, node])
        : [{ node, value, views }];
    });
  return (value) => all(value, []);
}

/** Whether a float is computed from the result of one of some nodes. */
export function leadsTo(
  reach: Reachability,
  nodes: readonly number[],
  value: OnnxValue | undefined,
): boolean {
  const maker = value?.dtype === 'float32' ? reach.makerOf(value.name) : undefined;
  return maker !== undefined && nodes.some((node) => reach.dependsOn(maker, node));
}

/** Readers in groups of such as follow each other soon. */
export function groupNear(
  readers: readonly Reader[],
  indexOf: ReadonlyMap<OnnxNode, number>,
): Reader[][] {
  const groups: Reader[][] = [];
  let end = -Infinity;
  for (const reader of readers) {
    const index = indexOf.get(reader.node)!;
    if (index > end + nearNodes) groups.push([]);
    groups.at(-1)!.push(reader);
    end = index;
  }
  return groups;
}
