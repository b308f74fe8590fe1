import { bytesOf } from '../explain/memory.ts';
import { operatorOf } from '../explain/operators.ts';
import { sameShape, type OnnxGraph, type OnnxNode, type OnnxValue } from '../onnx/graph.ts';
import { gate } from '../onnx/gate.ts';
import { Reachability } from '../onnx/reachability.ts';
import { findReaders } from '../rewrite/uses.ts';

/** A graph some of whose results may be written into the memory of arguments. */
export interface Overwriting {
  readonly graph: OnnxGraph;
  /** Output name → name of the argument whose memory it may take. */
  readonly overwrites: ReadonlyMap<string, string>;
}

/** A result that takes the place of an argument. */
interface Update {
  readonly output: string;
  readonly former: OnnxValue;
  /** The node that makes it. */
  readonly maker: number;
  /** Nodes that read the argument, and need not have run when the maker does. */
  readonly lateReaders: readonly number[];
}

/** Results below this are not worth it, in bytes. */
const smallestBytes = 2 ** 14;

/** Operators that may write over what they read: each element depends on its namesake alone. */
const inPlaceOperators = new Set(['Add', 'Sub', 'Mul', 'Div']);

/**
 * Finds the results that can be written over the arguments they replace, such as a new state over
 * the old one: nothing reads the argument afterwards. Where that depends on the order in which
 * independent nodes run, the order is made sure of by a gate.
 *
 *     w' = Sub(w, u), dx = Conv(dy, w), g₁ = Gemm(dx, x₁), m₁' = Add(Mul(m₁, β), g₁)
 *     →  w' = Sub(w, u when m₁' is there), for m₁' comes after dx, the last that reads w
 *
 * @param formerOf name of the argument that an output takes the place of
 */
export function overwriteArguments(
  graph: OnnxGraph,
  formerOf: (output: string) => string | undefined,
): Overwriting {
  if (!graph.outputs.some(({ value }) => bytesOf(value) >= smallestBytes)) {
    return { graph, overwrites: new Map() };
  }
  const found = new Updates(graph, formerOf);
  if (found.waiting.length === 0) return { graph, overwrites: found.overwrites };
  const { inputs, outputs } = graph;
  const nodes = waitingLast(found);
  const { free, waiting, overwrites, reach } = new Updates({ inputs, outputs, nodes }, formerOf);
  const gates = new Map<number, OnnxNode[]>();
  for (const update of waiting) {
    const { output, former, maker } = update;
    const witnesses = findWitnesses(update, free, reach)?.map((node) => nodes[node]!);
    const gated = witnesses && afterWitnesses(nodes[maker]!, former, witnesses);
    if (gated === undefined) continue;
    gates.set(maker, gated);
    overwrites.set(output, former.name);
  }
  return {
    graph: { inputs, outputs, nodes: nodes.flatMap((node, index) => gates.get(index) ?? [node]) },
    overwrites,
  };
}

/** The results of a graph that may take an argument's place. */
class Updates {
  readonly nodes: readonly OnnxNode[];
  readonly reach: Reachability;
  /** Those that may be written whenever they are made. */
  readonly free: readonly Update[];
  /** Those that must wait for late readers. */
  readonly waiting: readonly Update[];
  /** What may be overwritten as the graph is: output name → argument name. */
  readonly overwrites: Map<string, string>;

  constructor(graph: OnnxGraph, formerOf: (output: string) => string | undefined) {
    this.nodes = graph.nodes;
    this.reach = new Reachability(graph.nodes);
    const updates = findUpdates(graph, this.reach, formerOf);
    this.free = updates.filter(({ lateReaders }) => lateReaders.length === 0);
    this.waiting = updates.filter(({ lateReaders }) => lateReaders.length > 0);
    this.overwrites = new Map(this.free.map(({ output, former }) => [output, former.name]));
  }
}

/** A node behind a gate at one of its operands; undefined when it has none that can wait. */
function afterWitnesses(
  waiting: OnnxNode,
  former: OnnxValue,
  witnesses: readonly OnnxNode[],
): OnnxNode[] | undefined {
  const [result] = waiting.outputs as readonly [OnnxValue];
  const held = waiting.inputs.find(
    (value) =>
      value !== undefined &&
      value.data === undefined &&
      value.name !== former.name &&
      sameShape(value.shape, result.shape),
  );
  if (held === undefined) return undefined;
  const seen = witnesses.map(({ outputs }) => outputs[0]!);
  const { opened, nodes } = gate(held, seen, `gate:${result.name}`);
  const inputs = waiting.inputs.map((value) => (value === held ? opened : value));
  return [...nodes, { ...waiting, inputs }];
}

/** The results that may take an argument's place if their late readers are waited for. */
function findUpdates(
  { inputs, outputs, nodes }: OnnxGraph,
  reach: Reachability,
  formerOf: (output: string) => string | undefined,
): Update[] {
  const arguments_ = new Map(inputs.map((value) => [value.name, value]));
  const returned = outputs.map(({ value }) => value.name);
  const readers = readersOf(nodes);
  return outputs.flatMap(({ name, value }): Update[] => {
    const former = arguments_.get(formerOf(name) ?? '');
    const maker = reach.makerOf(value.name);
    if (former === undefined || maker === undefined || bytesOf(value) < smallestBytes) return [];
    const isAlike = former.dtype === value.dtype && sameShape(former.shape, value.shape);
    const isReturnedElsewhere =
      returned.includes(former.name) || returned.filter((each) => each === value.name).length > 1;
    if (!isAlike || isReturnedElsewhere) return [];
    const own = readers(former.name);
    const { op } = nodes[maker]!;
    if (own.includes(maker) && !inPlaceOperators.has(op)) return [];
    const lateReaders = own.filter((reader) => !reach.dependsOn(maker, reader));
    if (lateReaders.some((reader) => reach.dependsOn(reader, maker))) return [];
    return [{ output: name, former, maker, lateReaders }];
  });
}

/** The nodes that read a value, or its memory under another shape. */
function readersOf(nodes: readonly OnnxNode[]): (value: string) => number[] {
  const readers = findReaders(nodes);
  const all = (value: string): number[] =>
    (readers.get(value) ?? []).flatMap((index) => {
      const { [0]: view } = nodes[index]!.outputs;
      return operatorOf(nodes[index]!).isView ? [index, ...all(view!.name)] : [index];
    });
  return all;
}

/**
 * Nodes that have run only after all late readers of an update have: makers of results that stay in
 * memory anyway. Undefined when there are no such nodes that come before the update.
 */
function findWitnesses(
  { maker, lateReaders }: Update,
  free: readonly Update[],
  reach: Reachability,
): number[] | undefined {
  const earlier = free.map((update) => update.maker).filter((node) => node < maker);
  const witnesses: number[] = [];
  let rest = lateReaders;
  while (rest.length > 0) {
    const unseen = (node: number): number[] =>
      rest.filter((reader) => !reach.dependsOn(node, reader));
    const [best] = earlier
      .map((node) => ({ node, left: unseen(node) }))
      .sort((a, b) => a.left.length - b.left.length || a.node - b.node);
    if (best === undefined || best.left.length === rest.length) return undefined;
    witnesses.push(best.node);
    rest = best.left;
  }
  return witnesses;
}

/**
 * The nodes in an order of execution in which updates with late readers come as late as they can:
 * what an update waits for must come before it, so that gates cannot wait for each other.
 */
function waitingLast({ nodes, waiting: updates }: Updates): readonly OnnxNode[] {
  const late = new Set(updates.map(({ maker }) => nodes[maker]!));
  const toMake = new Set(nodes.flatMap((node) => node.outputs.map(({ name }) => name)));
  const isReady = (node: OnnxNode): boolean =>
    node.inputs.every((value) => value === undefined || !toMake.has(value.name));
  const order: OnnxNode[] = [];
  let waiting = nodes;
  const run = (mayRun: (node: OnnxNode) => boolean): void => {
    waiting = waiting.filter((node) => {
      if (!mayRun(node) || !isReady(node)) return true;
      order.push(node);
      for (const { name } of node.outputs) toMake.delete(name);
      return false;
    });
  };
  while (waiting.length > 0) {
    run((node) => !late.has(node));
    run((node) => late.has(node));
  }
  return order;
}
