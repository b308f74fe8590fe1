import { capture, type Captured } from './capture/capture.ts';
import type { Value } from './capture/graph.ts';
import { emit } from './emit/emit.ts';
import { lower, unchangedOutputs } from './lower/lower.ts';
import type { OnnxGraph } from './onnx/graph.ts';
import { rewriteGraph } from './rewrite/index.ts';
import type { Tree } from './tree.ts';

/** A function after all stages but the last: what a session is made from. */
export interface Program {
  readonly captured: Captured;
  readonly graph: OnnxGraph;
  /** The serialised ONNX model. */
  readonly model: Uint8Array;
  /** The result's structure. */
  readonly result: Tree<Value>;
  /** Result paths that are arguments returned untouched → the argument's path. */
  readonly unchanged: ReadonlyMap<string, string>;
}

/**
 * Compiles a pure function of trees of tensors: capture (with shape inference), lower, rewrite, emit.
 *
 * @param fn pure; see {@link capture}
 * @param examples one tree per argument: structure, dtypes and shapes
 * @param argumentNames names in paths and messages, such as `state` and `batch`
 */
export function buildProgram(
  fn: (...trees: never[]) => unknown,
  examples: readonly unknown[],
  argumentNames: readonly string[] = [],
): Program {
  const captured = capture(fn, examples, argumentNames);
  const graph = rewriteGraph(lower(captured));
  return {
    captured,
    graph,
    model: emit(graph),
    result: captured.result,
    unchanged: unchangedOutputs(captured),
  };
}
