import { bytesOf } from '../explain/memory.ts';
import { operatorOf } from '../explain/operators.ts';
import type { OnnxGraph, OnnxNode, OnnxValue } from '../onnx/graph.ts';
import { Reachability } from '../onnx/reachability.ts';
import {
  groupNear,
  leadsTo,
  readersThroughViews,
  repeatWorthwhile,
  type RecomputeLimits,
  type Repeat,
} from './repeatLate.ts';

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
export function recomputeWindows(graph: OnnxGraph, limits: RecomputeLimits = {}): OnnxGraph {
  return repeatWorthwhile(graph, limits, { isCandidate: cutsWindows, findRepeats: findWindows });
}

function findWindows(graph: OnnxGraph, candidates: readonly OnnxNode[]): Repeat[] {
  const { nodes } = graph;
  const reach = new Reachability(nodes);
  const indexOf = new Map(nodes.map((node, index) => [node, index]));
  const readersOf = readersThroughViews(nodes);
  const makerOf = ({ name }: OnnxValue): OnnxNode | undefined => nodes[reach.makerOf(name) ?? -1];
  const returned = new Set(graph.outputs.map(({ value }) => value.name));
  return candidates.flatMap((node): Repeat[] => {
    const [value] = node.outputs as readonly [OnnxValue];
    const bytes = bytesOf(value);
    if (returned.has(value.name)) return [];
    const { source, before } = cutOutOf(node.inputs[isTransform(node) ? 1 : 0]!, makerOf);
    if (bytesOf(source) >= bytes) return [];
    const readers = readersOf(value).sort((a, b) => indexOf.get(a.node)! - indexOf.get(b.node)!);
    const earlier: number[] = [];
    return groupNear(readers, indexOf).flatMap((group): Repeat[] => {
      const witness = group[0]!.node.inputs.find(
        (input) => input?.name !== group[0]!.value.name && leadsTo(reach, earlier, input),
      );
      earlier.push(...group.map((reader) => indexOf.get(reader.node)!));
      const chain = [...before, node];
      return witness === undefined ? [] : [{ source, chain, bytes, readers: group, witness }];
    });
  });
}

/** Whether a node may make windows. */
const cutsWindows = (node: OnnxNode): boolean =>
  isTransform(node) || (node.op === 'Gather' && isCopy(node));

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
