import { bytesOf } from '../explain/memory.ts';
import { operatorOf } from '../explain/operators.ts';
import { gate } from '../onnx/gate.ts';
import type { OnnxGraph, OnnxNode, OnnxValue } from '../onnx/graph.ts';
import { Reachability } from '../onnx/reachability.ts';
import { deadNodes } from '../rewrite/deadNodes.ts';
import { findReaders } from '../rewrite/uses.ts';

/** When it pays to compute windows twice. */
export interface RecomputeLimits {
  /** Windows below this are kept, in bytes. Default: 512 kB. */
  readonly smallestBytes?: number;
  /** Nothing is computed twice where that would free less than this altogether. Default: 32 MB. */
  readonly worthwhileBytes?: number;
}

/** Readers of windows that are further apart in the order of execution get windows of their own. */
const nearNodes = 64;

/** A node that reads windows, maybe under another shape. */
interface Reader {
  readonly node: OnnxNode;
  /** What it reads. */
  readonly value: OnnxValue;
  /** The views that lead from the windows there. */
  readonly views: readonly OnnxNode[];
}

/** Windows that are read by the forward pass, and again much later. */
interface Windows {
  /** What they are cut out of. */
  readonly source: OnnxValue;
  /** The nodes from there on, the one that makes the windows last. */
  readonly chain: readonly OnnxNode[];
  readonly bytes: number;
  /** Where they are read later, close to each other. */
  readonly readers: readonly Reader[];
  /** An operand of the first of these that what was read before leads to. */
  readonly witness: OnnxValue;
}

/**
 * Computes the windows of a convolution again in the backward pass, instead of keeping them from the
 * forward pass on: they are several times as large as the picture that they are cut out of, and made
 * from it by a copy and a small product.
 *
 *     w = Gemm(Bᵀ, Gather(x)); y = MatMul(w, k); …; dk = MatMul(wᵀ, dy)
 *     →  w = Gemm(Bᵀ, Gather(x)); y = MatMul(w, k); …
 *        w' = Gemm(Bᵀ, Gather(x when dy is there)); dk = MatMul(w'ᵀ, dy)
 *
 * Likewise windows that are multiplied as they are, and the terms of kernels.
 */
export function recomputeWindows(
  graph: OnnxGraph,
  { smallestBytes = 2 ** 19, worthwhileBytes = 2 ** 25 }: RecomputeLimits = {},
): OnnxGraph {
  const candidates = graph.nodes.filter((node) => cutsWindows(node, smallestBytes));
  if (candidates.reduce((sum, node) => sum + bytesOf(node.outputs[0]!), 0) < worthwhileBytes) {
    return graph;
  }
  const found = findWindows(graph, candidates);
  const freed = found.reduce((sum, { bytes }) => sum + bytes, 0);
  if (freed < worthwhileBytes) return graph;
  const again = new Map<OnnxNode, OnnxNode[]>();
  const replaced = new Map<OnnxNode, Map<string, OnnxValue>>();
  for (const [index, { source, chain, readers, witness }] of found.entries()) {
    const name = `again${index}:${source.name}`;
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

function findWindows(graph: OnnxGraph, candidates: readonly OnnxNode[]): Windows[] {
  const { nodes } = graph;
  const reach = new Reachability(nodes);
  const indexOf = new Map(nodes.map((node, index) => [node, index]));
  const readersOf = readersThroughViews(nodes);
  const makerOf = ({ name }: OnnxValue): OnnxNode | undefined => nodes[reach.makerOf(name) ?? -1];
  const returned = new Set(graph.outputs.map(({ value }) => value.name));
  return candidates.flatMap((node): Windows[] => {
    const [value] = node.outputs as readonly [OnnxValue];
    const bytes = bytesOf(value);
    if (returned.has(value.name)) return [];
    const { source, before } = cutOutOf(node.inputs[isTransform(node) ? 1 : 0]!, makerOf);
    if (bytesOf(source) >= bytes) return [];
    const readers = readersOf(value).sort((a, b) => indexOf.get(a.node)! - indexOf.get(b.node)!);
    const earlier: number[] = [];
    return groupNear(readers, indexOf).flatMap((group): Windows[] => {
      const witness = group[0]!.node.inputs.find(
        (input) => input?.name !== group[0]!.value.name && leadsTo(reach, earlier, input),
      );
      earlier.push(...group.map((reader) => indexOf.get(reader.node)!));
      const chain = [...before, node];
      return witness === undefined ? [] : [{ source, chain, bytes, readers: group, witness }];
    });
  });
}

/** The nodes that read a value, each with the views in between. */
function readersThroughViews(nodes: readonly OnnxNode[]): (value: OnnxValue) => Reader[] {
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
function leadsTo(
  reach: Reachability,
  nodes: readonly number[],
  value: OnnxValue | undefined,
): boolean {
  const maker = value?.dtype === 'float32' ? reach.makerOf(value.name) : undefined;
  return maker !== undefined && nodes.some((node) => reach.dependsOn(maker, node));
}

/** Readers in groups of such as follow each other soon. */
function groupNear(readers: readonly Reader[], indexOf: ReadonlyMap<OnnxNode, number>): Reader[][] {
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

/** Whether a node may make windows of some size. */
const cutsWindows = (node: OnnxNode, smallestBytes: number): boolean =>
  (isTransform(node) || (node.op === 'Gather' && isCopy(node))) &&
  bytesOf(node.outputs[0]!) >= smallestBytes;

/** A product with a constant on the left: what turns cut-out windows into a fast algorithm's terms. */
const isTransform = ({ op, inputs }: OnnxNode): boolean =>
  op === 'Gemm' && inputs[0]?.data !== undefined && inputs[1]?.data === undefined;

/** What an operand is copied from: back through views, copies and margins. */
function cutOutOf(
  operand: OnnxValue,
  makerOf: (value: OnnxValue) => OnnxNode | undefined,
): { readonly source: OnnxValue; readonly before: readonly OnnxNode[] } {
  const before: OnnxNode[] = [];
  let source = operand;
  for (;;) {
    const maker = makerOf(source);
    if (maker === undefined || !isCopy(maker)) break;
    before.unshift(maker);
    source = maker.inputs[0]!;
  }
  return { source, before };
}

const isCopy = (node: OnnxNode): boolean =>
  (operatorOf(node).isView === true || ['Gather', 'Pad', 'Transpose', 'Slice'].includes(node.op)) &&
  node.inputs.slice(1).every((input) => input === undefined || input.data !== undefined);
