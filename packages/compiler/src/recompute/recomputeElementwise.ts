import { bytesOf } from '../explain/memory.ts';
import { operatorOf } from '../explain/operators.ts';
import type { OnnxGraph, OnnxNode, OnnxValue } from '../onnx/graph.ts';
import { Reachability } from '../onnx/reachability.ts';
import { findReaders } from '../rewrite/uses.ts';
import {
  groupNear,
  leadsTo,
  readersThroughViews,
  repeatWorthwhile,
  type Reader,
  type RecomputeLimits,
  type Repeat,
} from './repeatLate.ts';

/** An operand that is so many times smaller than the result does not count. */
const smallShare = 16;

/**
 * Computes elementwise results again in the backward pass, where what they are computed from is kept
 * anyway: of a norm and the activation behind it, only what the norm's gradient reads.
 *
 *     y = Relu(Mul(centred, scale)), z = Conv(y, k); …; dk = ConvGrad(dz, y), dn = Mul(centred, dy)
 *     →  y' = Relu(Mul(centred when dz is there, scale)), dk = ConvGrad(dz, y')
 */
export function recomputeElementwise(graph: OnnxGraph, limits: RecomputeLimits = {}): OnnxGraph {
  return repeatWorthwhile(graph, limits, { isCandidate: isElementwise, findRepeats });
}

function findRepeats(graph: OnnxGraph, candidates: readonly OnnxNode[]): Repeat[] {
  const { nodes } = graph;
  const reach = new Reachability(nodes);
  const indexOf = new Map(nodes.map((node, index) => [node, index]));
  const timeOf = ({ node }: Reader): number => indexOf.get(node)!;
  const readersOf = readersThroughViews(nodes);
  const makerOf = ({ name }: OnnxValue): OnnxNode | undefined => nodes[reach.makerOf(name) ?? -1];
  const returned = new Set(graph.outputs.map(({ value }) => value.name));
  const lastRead = lastReads(nodes);
  const repeated = new Set<string>();
  return candidates.flatMap((node): Repeat[] => {
    const [value] = node.outputs as readonly [OnnxValue];
    if (returned.has(value.name)) return [];
    const readers = readersOf(value).sort((a, b) => timeOf(a) - timeOf(b));
    const groups = groupNear(readers, indexOf);
    const late = groups.length < 2 ? [] : groups.at(-1)!;
    const earlier = groups.slice(0, -1).flat().map(timeOf);
    if (late.length === 0) return [];
    const isKept = ({ name }: OnnxValue): boolean =>
      !repeated.has(name) && (lastRead(name) ?? -1) >= timeOf(late[0]!);
    const origin = computedFrom(node, makerOf, isKept);
    const witness = findWitness(late[0]!, { earlier, reach, makerOf });
    if (origin === undefined || witness === undefined) return [];
    repeated.add(value.name);
    return [{ ...origin, bytes: bytesOf(value), readers: late, witness }];
  });
}

/** When a value or a view of it is read last, as a place in the list of nodes. */
function lastReads(nodes: readonly OnnxNode[]): (name: string) => number | undefined {
  const direct = findReaders(nodes);
  const last = (name: string): number | undefined => {
    const times = (direct.get(name) ?? []).map((index) => {
      const node = nodes[index]!;
      return operatorOf(node).isView === true
        ? Math.max(index, last(node.outputs[0]!.name) ?? index)
        : index;
    });
    return times.length === 0 ? undefined : Math.max(...times);
  };
  return last;
}

/** The nearest value that is kept, from which a result is computed element by element. */
function computedFrom(
  node: OnnxNode,
  makerOf: (value: OnnxValue) => OnnxNode | undefined,
  isKept: (value: OnnxValue) => boolean,
): Pick<Repeat, 'source' | 'chain'> | undefined {
  const chain: OnnxNode[] = [];
  for (let own: OnnxNode | undefined = node; own !== undefined && isElementwise(own);) {
    chain.unshift(own);
    const size = bytesOf(own.outputs[0]!);
    const large: OnnxValue[] = own.inputs.filter(
      (input) => input !== undefined && smallShare * bytesOf(input) > size,
    ) as OnnxValue[];
    const [source] = large;
    if (source === undefined || new Set(large).size > 1) return undefined;
    if (isKept(source)) return { source, chain };
    own = makerOf(source);
  }
  return undefined;
}

/** A float that the first late reader waits for and that depends on an earlier reader. */
function findWitness(
  { node, value, views }: Reader,
  {
    earlier,
    reach,
    makerOf,
  }: {
    readonly earlier: readonly number[];
    readonly reach: Reachability;
    readonly makerOf: (value: OnnxValue) => OnnxNode | undefined;
  },
): OnnxValue | undefined {
  // What is read through a gate waits for what the gate's few nodes read.
  let nearest = [
    ...node.inputs.filter((input) => input?.name !== value.name),
    ...views.flatMap(({ inputs }) => inputs.slice(1)),
  ];
  for (let depth = 0; depth < 6; depth++) {
    const witness = nearest.find((input) => leadsTo(reach, earlier, input));
    if (witness !== undefined) return witness;
    nearest = nearest.flatMap((input) => (input && makerOf(input)?.inputs) ?? []);
  }
  return undefined;
}

const isElementwise = (node: OnnxNode): boolean =>
  operatorOf(node).kind === 'elementwise' && node.outputs.length === 1;
