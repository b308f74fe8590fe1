import { executionOrder } from '../order/executionOrder.ts';
import { sizeOfShape, type OnnxGraph, type OnnxNode, type OnnxValue } from '../onnx/graph.ts';
import { operatorOf } from './operators.ts';

const bytesOfElement = { float32: 4, int32: 4, int64: 8, bool: 1 } as const;

/** Bytes of one tensor. */
export const bytesOf = ({ dtype, shape }: Pick<OnnxValue, 'dtype' | 'shape'>): number =>
  bytesOfElement[dtype] * sizeOfShape(shape);

/** The most memory that the results of a graph's nodes need at once. */
export interface ActivationPeak {
  readonly bytes: number;
  /** The node that runs then, named as in the model; undefined when no node needs memory. */
  readonly node: string | undefined;
}

/** The name that a node has in the model, in ONNX Runtime's profile and in Netron. */
export const nodeName = ({ op }: OnnxNode, index: number): string => `${op}_${index}`;

/**
 * Estimates the peak memory of activations, by liveness in the order in which ONNX Runtime runs the
 * nodes: a result lives from its node to its last reader, results of the graph to the end. A reshape
 * takes no memory, and an elementwise operator writes over an operand of its result's size that nobody
 * reads later. Results that are written over arguments take none either.
 *
 * ONNX Runtime rounds sizes up in its arena, and its kernels take workspaces of their own (an
 * unfolded convolution's above all), which come on top.
 */
export function activationPeak(
  graph: OnnxGraph,
  overwrites: ReadonlyMap<string, string> = new Map(),
): ActivationPeak {
  const results = new Set(graph.outputs.map(({ value }) => value.name));
  const order = executionOrder(graph.nodes);
  const nodes = order.map((index) => graph.nodes[index]!);
  const nameAt = (time: number): string => nodeName(nodes[time]!, order[time]!);
  const buffers = assignBuffers(graph.inputs, nodes, results);
  for (const { name, value } of graph.outputs) {
    if (overwrites.has(name)) buffers.set(value.name, outside());
  }
  let live = 0;
  let peak: ActivationPeak = { bytes: 0, node: undefined };
  const raise = (node: string | undefined): void => {
    if (live > peak.bytes) peak = { bytes: live, node };
  };
  nodes.forEach((node, time) => {
    for (const { name } of node.outputs) {
      const own = buffers.get(name)!;
      if (own.madeAt === time && !overwriteOperand(node, time, own, buffers)) live += own.bytes;
    }
    raise(nameAt(time));
    const touched = [...node.inputs, ...node.outputs].map(
      (value) => value && buffers.get(value.name),
    );
    for (const buffer of new Set(touched.map((each) => each && ownerOf(each)))) {
      if (buffer?.lastUse === time) live -= buffer.bytes;
    }
  });
  live += bytesOfCopies(graph);
  raise(nodes.length === 0 ? undefined : nameAt(nodes.length - 1));
  return peak;
}

/** A piece of memory that a value and its views lie in. */
interface Buffer {
  readonly bytes: number;
  /** When the node that fills it runs; undefined for arguments, which lie outside. */
  readonly madeAt: number | undefined;
  /** When the last node that reads it runs; Infinity for results of the graph. */
  lastUse: number;
  /** The buffer that this one's values are written over, which then counts for both. */
  owner?: Buffer;
}

/** The memory of an argument. */
const outside = (): Buffer => ({ bytes: 0, madeAt: undefined, lastUse: Infinity });

const ownerOf = (buffer: Buffer): Buffer => {
  let owner = buffer;
  while (owner.owner !== undefined) owner = owner.owner;
  return owner;
};

/** Gives every value a buffer, views their source's, and finds each buffer's last reader. */
function assignBuffers(
  inputs: OnnxGraph['inputs'],
  nodes: readonly OnnxNode[],
  results: ReadonlySet<string>,
): Map<string, Buffer> {
  const buffers = new Map<string, Buffer>();
  for (const { name } of inputs) buffers.set(name, outside());
  nodes.forEach((node, time) => {
    for (const value of node.inputs) {
      const buffer = value && buffers.get(value.name);
      if (buffer !== undefined) buffer.lastUse = Math.max(buffer.lastUse, time);
    }
    for (const value of node.outputs) {
      const isResult = results.has(value.name);
      const source = operatorOf(node).isView === true && !isResult && node.inputs[0];
      const shared = source ? buffers.get(source.name) : undefined;
      const lastUse = isResult ? Infinity : time;
      buffers.set(value.name, shared ?? { bytes: bytesOf(value), madeAt: time, lastUse });
    }
  });
  return buffers;
}

/** Writes an elementwise result over an operand that ends here, if there is one of its size. */
function overwriteOperand(
  node: OnnxNode,
  time: number,
  own: Buffer,
  buffers: ReadonlyMap<string, Buffer>,
): boolean {
  if (operatorOf(node).kind !== 'elementwise' || own.lastUse === Infinity) return false;
  for (const value of node.inputs) {
    const buffer = value && buffers.get(value.name);
    const owner = buffer && ownerOf(buffer);
    if (owner === undefined || owner.lastUse !== time || owner.bytes !== own.bytes) continue;
    own.owner = owner;
    owner.lastUse = own.lastUse;
    return true;
  }
  return false;
}

/** Results that no node makes, or that are returned twice, are copied at the end. */
function bytesOfCopies({ nodes, outputs }: OnnxGraph): number {
  const made = new Set(nodes.flatMap((node) => node.outputs.map(({ name }) => name)));
  let bytes = 0;
  for (const { value } of outputs) {
    if (!made.delete(value.name)) bytes += bytesOf(value);
  }
  return bytes;
}
