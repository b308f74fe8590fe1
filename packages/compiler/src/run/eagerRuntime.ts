import * as tf from '@tensorflow/tfjs';
import { installGradientFixes } from '../gradients/index.ts';
import type { HostDtype, HostTensor } from '../hostTensor.ts';
import type { StepOutput, StepRunner, TrainStep } from '../trainStep.ts';
import { flattenTree, mapTree, type Tree } from '../tree.ts';
import { assertSameStructure } from './assertSameStructure.ts';
import type { HostFunction, Runtime, StepRunnerOptions } from './runtime.ts';

/** Runs the same functions kernel by kernel on a tfjs backend. */
export class EagerRuntime implements Runtime {
  readonly backend: string;
  readonly reason: string;
  readonly threads: number | undefined;
  readonly #tfBackend: string;

  /**
   * @param tfBackend the registered tfjs backend, `cpu` or `tensorflow`
   * @param threads that it computes with, where it lets one choose
   */
  constructor(backend: string, reason: string, tfBackend: string, threads?: number) {
    this.backend = backend;
    this.reason = reason;
    this.threads = threads;
    this.#tfBackend = tfBackend;
    installGradientFixes();
  }

  function(fn: (...trees: never[]) => unknown): HostFunction {
    const call = async (...trees: Tree<HostTensor>[]): Promise<Tree<HostTensor>> => {
      const result = this.#run(() => fn(...(trees.map(toTensors) as never[])));
      const tensors = await toHost(result);
      disposeTree(result);
      return tensors;
    };
    return Object.assign(call, { dispose: () => Promise.resolve() });
  }

  trainStep<State, Batch>(
    step: TrainStep<State, Batch>,
    state: Tree<HostTensor>,
    { gradients = false }: StepRunnerOptions = {},
  ): Promise<StepRunner> {
    let current = this.#run(() => toTensors(state)) as State;
    const runStep = async (
      batch: Tree<HostTensor>,
      { images = false } = {},
    ): Promise<StepOutput> => {
      const result = this.#run(() => {
        const output = step(current, toTensors(batch) as Batch);
        // What came in is disposed below, so that the next state must not share a tensor with it.
        return {
          ...output,
          state: mapTree<tf.Tensor, tf.Tensor>(output.state, (tensor) => tensor.clone()),
        };
      });
      assertSameStructure('the train step', state, result.state);
      const previous = current;
      current = result.state as State;
      const metrics = await toHost(result.metrics);
      const output = {
        metrics: Object.fromEntries(
          flattenTree<HostTensor>(metrics).map(({ path, leaf }) => [path, leaf.data[0]!]),
        ),
        images: images ? ((await toHost(result.images)) as Record<string, HostTensor>) : {},
        ...(gradients ? { gradients: await toHost(result.gradients ?? {}) } : {}),
      };
      disposeTree([previous, result.metrics, result.images, result.gradients ?? []]);
      return output;
    };
    return Promise.resolve({
      prepare: () => Promise.resolve(),
      step: runStep,
      readState: () => toHost(current),
      writeState: (next: Tree<HostTensor>) =>
        new Promise<void>((resolve) => {
          assertSameStructure('writeState', state, next);
          disposeTree(current);
          current = this.#run(() => toTensors(next)) as State;
          resolve();
        }),
      close: () => {
        disposeTree(current);
        return Promise.resolve();
      },
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Runs under this runtime's backend and disposes everything but the result. */
  #run<Result>(fn: () => Result): Result {
    const previous = (tf.getBackend() as string | undefined) ?? this.#tfBackend;
    void tf.setBackend(this.#tfBackend);
    try {
      return tf.tidy(() => fn() as tf.TensorContainer) as Result;
    } finally {
      if (previous !== this.#tfBackend) void tf.setBackend(previous);
    }
  }
}

const toTensors = (tree: Tree<HostTensor>): Tree<tf.Tensor> =>
  mapTree<HostTensor, tf.Tensor>(tree, ({ data, shape, dtype }) =>
    // A copy, because tfjs's cpu backend would keep and free the caller's array.
    tf.tensor(data.slice(), [...shape], dtype),
  );

/** Copies every tensor of a tree into ordinary memory. */
async function toHost(tree: unknown): Promise<Tree<HostTensor>> {
  const read = new Map<tf.Tensor, HostTensor>();
  for (const { leaf } of flattenTree<tf.Tensor>(tree)) {
    const data = (await leaf.data()).slice() as HostTensor['data'];
    read.set(leaf, { dtype: leaf.dtype as HostDtype, shape: [...leaf.shape], data });
  }
  return mapTree<tf.Tensor, HostTensor>(tree, (tensor) => read.get(tensor)!);
}

const disposeTree = (tree: unknown): void => {
  for (const { leaf } of flattenTree<tf.Tensor>(tree)) leaf.dispose();
};
