import * as tf from '@tensorflow/tfjs';
import { UserError } from '../errors.ts';
import { installGradientFixes } from '../gradients/index.ts';
import { flattenTree, mapTree, type PathLeaf, type Tree } from '../tree.ts';
import {
  createGraph,
  type Graph,
  type UnsupportedCall,
  type Value,
  type ValueType,
} from './graph.ts';
import { TraceBackend, traceBackendName } from './traceBackend.ts';
import { userLine } from './userLine.ts';

/** A captured function: its graph, and the trees of its arguments and its result. */
export interface Captured {
  readonly graph: Graph;
  readonly inputs: readonly PathLeaf<Value>[];
  readonly outputs: readonly PathLeaf<Value>[];
  /** The result's structure, with a value at every leaf. */
  readonly result: Tree<Value>;
}

/**
 * Runs a pure function once under a backend that only records, so that every tfjs kernel it calls,
 * its gradients and its optimizer's included, becomes a node of a graph.
 *
 * @param fn takes trees of tensors and returns one
 * @param examples one tree per argument; only structure, dtypes and shapes matter
 * @throws UserError for kernels without a rule (all in one message), baked randomness, reads of
 *   traced tensors and tensors of other traces
 */
export function capture(
  fn: (...trees: never[]) => unknown,
  examples: readonly unknown[],
  argumentNames: readonly string[] = [],
): Captured {
  installGradientFixes();
  const backend = traceBackend();
  if (backend.isOpen) throw new UserError('compile: a function cannot be compiled inside another.');
  const graph = createGraph();
  // tfjs chooses a backend at its first operation only.
  const previous = (tf.getBackend() as string | undefined) ?? 'cpu';
  useBackend(traceBackendName);
  backend.open(graph);
  try {
    return record(backend, graph, fn, examples, argumentNames);
  } finally {
    backend.open(undefined);
    useBackend(previous);
  }
}

function record(
  backend: TraceBackend,
  graph: Graph,
  fn: (...trees: never[]) => unknown,
  examples: readonly unknown[],
  argumentNames: readonly string[],
): Captured {
  let captured: Captured | undefined;
  tf.tidy(() => {
    const trees = examples.map((example, index) => {
      const prefix = argumentNames[index] ?? `argument${index}`;
      return mapTree<ValueType, tf.Tensor>(example, (leaf, path) =>
        backend.input(leaf, path === '' ? prefix : `${prefix}/${path}`),
      );
    });
    const result = fn(...(trees as never[]));
    if (result instanceof Promise) {
      // What it still does after this error concerns nobody.
      result.catch(() => undefined);
      throw new UserError(
        'compile: expected a synchronous function, received one that returns a promise.',
      );
    }
    backend.assertNoFailure();
    if (graph.unsupported.length > 0) throw unsupportedKernels(graph.unsupported);
    const values = mapTree<tf.Tensor, Value>(result, (tensor) =>
      backend.find(tensor, 'the result'),
    );
    captured = {
      graph,
      inputs: graph.inputs.map((leaf) => ({ path: leaf.input!, leaf })),
      outputs: flattenTree<Value>(values),
      result: values,
    };
  });
  return captured!;
}

/** Makes `name` the current backend; synchronous, since its factory is. */
function useBackend(name: string): void {
  void tf.setBackend(name);
}

function traceBackend(): TraceBackend {
  const existing = tf.findBackend(traceBackendName) as TraceBackend | null;
  if (existing !== null) return existing;
  tf.registerBackend(traceBackendName, () => new TraceBackend(), 0);
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    tf.registerKernel({
      kernelName,
      backendName: traceBackendName,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const results = (backend as TraceBackend).record(kernelName, inputs, copyAttributes(attrs));
        return results.length === 1 && !severalOutputs.has(kernelName) ? results[0]! : results;
      },
    });
  }
  return tf.findBackend(traceBackendName) as TraceBackend;
}

/** tfjs hands attributes over by reference; a caller may change an array later. */
const copyAttributes = (attrs: object | undefined): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(attrs ?? {}).map(([name, value]: [string, unknown]) => [
      name,
      Array.isArray(value) ? structuredClone(value) : value,
    ]),
  );

/** Kernels that return a list even when it has one entry. */
const severalOutputs = new Set(['SplitV', 'Unpack']);

function unsupportedKernels(calls: readonly UnsupportedCall[]): UserError {
  const groups = new Map<string, UnsupportedCall[]>();
  for (const call of calls) groups.set(call.kernel, [...(groups.get(call.kernel) ?? []), call]);
  const lines = [...groups].map(([kernel, group]) => {
    const shapes = [...new Set(group.map((call) => call.shapes.join(' × ')))];
    const sites = [...new Set(group.map((call) => userLine(call.site)))];
    return `  ${kernel}, ${group.length}×, on ${few(shapes)}, called at ${few(sites)}`;
  });
  return new UserError(
    `compile: ${groups.size} kernel${groups.size === 1 ? ' has' : 's have'} no lowering to ONNX:\n` +
      `${lines.join('\n')}\n` +
      `Express them with other operations, run with --backend tfjs-cpu or tfjs-node-gpu, or add a ` +
      `shape rule and a lowering (packages/compiler/src/shapes and src/lower).`,
  );
}

const few = (items: readonly string[]): string =>
  items.slice(0, 3).join('; ') + (items.length > 3 ? `; and ${items.length - 3} more` : '');
