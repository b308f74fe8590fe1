import type { HostDtype } from '../hostTensor.ts';
import type { KernelName } from './kernels.ts';

/** What is known of a value before it is computed. */
export interface ValueType {
  readonly dtype: HostDtype;
  readonly shape: readonly number[];
}

/** A tensor of the captured function: an input, a constant, or a kernel's result. */
export interface Value extends ValueType {
  readonly id: number;
  readonly graph: Graph;
  /** The path of an input in the argument trees, such as `state/generator/params/main.0.weight`. */
  readonly input?: string;
  readonly constant?: Float32Array | Int32Array | Uint8Array;
}

/** One recorded call of a tfjs kernel. */
export interface KernelNode {
  readonly kernel: KernelName;
  /** Operands in the order of `names`; a kernel that takes a list has names 0, 1, 2 … */
  readonly inputs: readonly Value[];
  readonly names: readonly string[];
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly outputs: readonly Value[];
  /** Made where the kernel was called; its stack leads to the user's line. */
  readonly site: Error;
}

/** A kernel call that has no rule; capture goes on to collect them all in one message. */
export interface UnsupportedCall {
  readonly kernel: string;
  readonly shapes: readonly string[];
  readonly site: Error;
}

/** A captured function: kernels in the order in which they were called. */
export interface Graph {
  readonly inputs: Value[];
  readonly nodes: KernelNode[];
  readonly unsupported: UnsupportedCall[];
  nextId: number;
}

export const createGraph = (): Graph => ({ inputs: [], nodes: [], unsupported: [], nextId: 0 });

/** `float32[64,3]`, as the printed graph and error messages show a value's type. */
export const formatType = ({ dtype, shape }: ValueType): string => `${dtype}[${shape.join(',')}]`;

/**
 * Prints a captured graph, a kernel a line, every value with its dtype and shape:
 * `%5:float32[2,3] = Add(a=%1:float32[2,3], b=%4:float32[])`.
 */
export function printGraph(graph: Graph, outputs: readonly Value[] = []): string {
  const show = (value: Value): string => {
    if (value.constant === undefined) return `%${value.id}:${formatType(value)}`;
    const shown = Array.from(value.constant.slice(0, 4)).join(' ');
    return `const(${shown}${value.constant.length > 4 ? ' …' : ''}):${formatType(value)}`;
  };
  const lines = graph.inputs.map((value) => `input ${show(value)} ${value.input ?? ''}`.trimEnd());
  for (const node of graph.nodes) {
    const operands = node.inputs.map((value, i) => `${node.names[i]}=${show(value)}`);
    const attrs = Object.entries(node.attrs)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    const suffix = attrs.length === 0 ? '' : ` {${attrs.join(', ')}}`;
    const results = node.outputs.map(show).join(', ');
    lines.push(`${results} = ${node.kernel}(${operands.join(', ')})${suffix}`);
  }
  for (const value of outputs) lines.push(`output ${show(value)}`);
  return lines.join('\n');
}
