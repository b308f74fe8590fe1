import * as tf from '@tensorflow/tfjs';
import type { HostDtype, HostTensor } from './hostTensor.ts';
import { createRuntime, type RuntimeOptions } from './run/backends.ts';
import type { StepRunnerOptions } from './run/runtime.ts';
import type { StepRunner, TrainStep } from './trainStep.ts';
import { flattenTree, mapTree, type Tree } from './tree.ts';

/** A compiled function: called like the original, with trees of tensors. */
export interface CompiledFunction<Args extends readonly unknown[], Result> {
  (...trees: Args): Promise<Result>;
  /** Ends the worker thread and frees its sessions. */
  dispose(): Promise<void>;
}

/**
 * Turns a pure function of trees of tensors into an ONNX Runtime session with the same signature.
 *
 * Arguments of other shapes than the examples' compile once more; sessions are cached by structure,
 * dtypes and shapes.
 *
 * @param fn pure and synchronous: no variables, no randomness, no reading of values
 * @param examples one tree per argument; compiled for their shapes at once
 * @param options backend, threads and session options
 * @throws UserError when the function cannot be captured, or the backend cannot start
 *
 * @example
 * const product = await compile((a: tf.Tensor2D, b: tf.Tensor2D) => a.matMul(b), [a, b]);
 * const c = await product(a, b);
 */
export async function compile<Args extends readonly unknown[], Result>(
  fn: (...trees: Args) => Result,
  examples: Args,
  options: RuntimeOptions = {},
): Promise<CompiledFunction<Args, Result>> {
  const runtime = await createRuntime(options);
  const host = runtime.function(fn);
  const call = async (...trees: Args): Promise<Result> => {
    const results = await host(...(await Promise.all(trees.map(readTree))));
    return mapTree<HostTensor, tf.Tensor>(results, ({ data, shape, dtype }) =>
      tf.tensor(data, [...shape], dtype),
    ) as Result;
  };
  disposeTree(await call(...examples));
  return Object.assign(call, { dispose: () => runtime.close() });
}

/**
 * Compiles a train step whose state stays in the session's worker between calls.
 *
 * @param step a pure function (state, batch) → {state, metrics, images}
 * @param state the first state, a tree of tensors or host tensors
 * @param batch an example batch, compiled for at once; other structures compile when they first come
 */
export async function compileTrainStep<State, Batch>(
  step: TrainStep<State, Batch>,
  state: unknown,
  batch: unknown,
  options: RuntimeOptions & StepRunnerOptions = {},
): Promise<StepRunner> {
  const runtime = await createRuntime(options);
  const runner = await runtime.trainStep(step, await readTree(state), options);
  await runner.prepare(await readTree(batch));
  return {
    prepare: (example) => runner.prepare(example),
    step: (next, stepOptions) => runner.step(next, stepOptions),
    readState: () => runner.readState(),
    writeState: (next) => runner.writeState(next),
    close: () => runtime.close(),
  };
}

/** Copies a tree of tf tensors (or host tensors, as they are) into ordinary memory. */
async function readTree(tree: unknown): Promise<Tree<HostTensor>> {
  const read = new Map<unknown, HostTensor>();
  for (const { leaf } of flattenTree<tf.Tensor | HostTensor>(tree)) {
    if (!(leaf instanceof tf.Tensor)) read.set(leaf, leaf);
    else
      read.set(leaf, {
        dtype: leaf.dtype as HostDtype,
        shape: [...leaf.shape],
        data: await leaf.data(),
      });
  }
  return mapTree<unknown, HostTensor>(tree, (leaf) => read.get(leaf)!);
}

const disposeTree = (tree: unknown): void => {
  for (const { leaf } of flattenTree<tf.Tensor>(tree)) leaf.dispose();
};
