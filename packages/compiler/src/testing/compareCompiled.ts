import * as tf from '@tensorflow/tfjs';
import { capture } from '../capture/capture.ts';
import type { KernelName } from '../capture/kernels.ts';
import { UserError } from '../errors.ts';
import { formatType } from '../capture/graph.ts';
import type { HostTensor } from '../hostTensor.ts';
import { createRuntime } from '../run/backends.ts';
import type { Runtime } from '../run/runtime.ts';
import { flattenTree, type Tree } from '../tree.ts';
import { pseudoRandom } from './sampleTensor.ts';

/** What {@link compareCompiled} compares. */
export interface CompiledCheck {
  /** Stands in the error's text. */
  readonly name: string;
  /** A pure function of `inputs`; its outputs may be a tensor or a list of tensors. */
  readonly fn: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  readonly inputs: readonly HostTensor[];
  /**
   * 0 compares the outputs alone, 1 also the gradient of a weighted sum of them with respect to
   * every float32 input, 2 also the gradient of a weighted sum of that gradient. Default 0.
   */
  readonly order?: 0 | 1 | 2;
  /** Largest error of an element, relative to 1 + the tensor's largest element. Default 0.00001. */
  readonly tolerance?: number;
}

/** What {@link compareCompiled} found. */
export interface CompiledReport {
  /** The kernels that were captured, those of the gradients included. */
  readonly kernels: ReadonlySet<KernelName>;
  /** Largest error, relative to 1 + the largest element of its tensor. */
  readonly largestError: number;
}

interface Difference {
  readonly path: string;
  readonly index: number;
  readonly expected: number;
  readonly received: number;
  readonly error: number;
}

let runtimes: Promise<{ compiled: Runtime; eager: Runtime }> | undefined;

/** One worker and one thread for all comparisons of a process. */
const sharedRuntimes = (): NonNullable<typeof runtimes> =>
  (runtimes ??= (async () => ({
    compiled: await createRuntime({ backend: 'onnx-cpu', threads: 1 }),
    eager: await createRuntime({ backend: 'tfjs-cpu' }),
  }))());

/**
 * Compares a function compiled for ONNX Runtime's CPU provider with the same function run by tfjs's
 * cpu backend: dtypes, shapes and every value.
 *
 * @param check the function, where, to which order and how strictly; see {@link CompiledCheck}
 * @throws Error that names the worst element when a value differs by more than the tolerance
 */
export async function compareCompiled(check: CompiledCheck): Promise<CompiledReport> {
  const { compiled, eager } = await sharedRuntimes();
  const fn = withDerivatives(check);
  const { graph } = capture(fn, check.inputs);
  const expected = await eager.function(fn)(...check.inputs);
  const compiledFn = compiled.function(fn);
  try {
    const received = await compiledFn(...check.inputs);
    const worst = worstDifference(check.name, expected, received);
    assertClose(check, worst);
    return {
      kernels: new Set(graph.nodes.map(({ kernel }) => kernel)),
      largestError: worst?.error ?? 0,
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new Error(`compareCompiled: ${check.name}: ${error.message}`, { cause: error });
  } finally {
    await compiledFn.dispose().catch(() => undefined);
  }
}

/**
 * The function together with its derivatives, as one function: {outputs, gradients, second}.
 *
 * The outputs y become one number by Σ w ⊙ (y + y²/2) with fixed weights w, so that the gradient
 * that flows into `fn` depends on the inputs.
 *
 * @param check as {@link compareCompiled} takes it
 */
export function withDerivatives({
  fn,
  inputs,
  order = 0,
}: CompiledCheck): (...inputs: tf.Tensor[]) => Record<string, tf.Tensor[]> {
  const isFloat = inputs.map(({ dtype }) => dtype === 'float32');
  const outputsOf = (tensors: tf.Tensor[]): tf.Tensor[] => [fn(...tensors)].flat();
  return (...tensors) => {
    const outputs = outputsOf(tensors);
    if (order === 0) return { outputs };
    const merge = (floats: readonly tf.Tensor[]): tf.Tensor[] => {
      const rest = [...floats];
      return tensors.map((tensor, i) => (isFloat[i] ? rest.shift()! : tensor));
    };
    const floats = tensors.filter((_, i) => isFloat[i]);
    const loss = (...own: tf.Tensor[]): tf.Tensor =>
      weightedSum(
        outputsOf(merge(own)).map((y) => tf.add(y, tf.mul(0.5, tf.square(y)))),
        7,
      );
    const gradientsOf = tf.grads(loss);
    const gradients = gradientsOf(floats);
    if (order === 1) return { outputs, gradients };
    const second = tf.grads((...own) => weightedSum(gradientsOf(own), 11))(floats);
    return { outputs, gradients, second };
  };
}

function weightedSum(tensors: readonly tf.Tensor[], seed: number): tf.Tensor {
  const random = pseudoRandom(seed);
  return tf.addN(
    tensors.map((tensor) => {
      const weights = Float32Array.from({ length: tensor.size }, () => 0.5 + random());
      return tf.sum(tf.mul(tf.tensor(weights, tensor.shape), tensor));
    }),
  );
}

function worstDifference(
  name: string,
  expected: Tree<HostTensor>,
  received: Tree<HostTensor>,
): Difference | undefined {
  const results = flattenTree<HostTensor>(received);
  let worst: Difference | undefined;
  flattenTree<HostTensor>(expected).forEach(({ path, leaf }, i) => {
    const own = results[i]!.leaf;
    if (formatType(own) !== formatType(leaf)) {
      throw new Error(
        `compareCompiled: ${name}, ${path}: expected ${formatType(leaf)}, received ${formatType(own)}.`,
      );
    }
    const difference = compareTensors(path, leaf, own);
    if (difference !== undefined && !(difference.error <= (worst?.error ?? -1))) worst = difference;
  });
  return worst;
}

function compareTensors(
  path: string,
  expected: HostTensor,
  received: HostTensor,
): Difference | undefined {
  const scale =
    1 +
    Array.from(expected.data as ArrayLike<number>)
      .filter((each) => Number.isFinite(each))
      .reduce((largest, each) => Math.max(largest, Math.abs(each)), 0);
  let worst: Difference | undefined;
  expected.data.forEach((wanted, index) => {
    const own = received.data[index]!;
    // Not a number and the infinities have to come out as they are.
    const difference =
      Object.is(wanted, own) || wanted === own ? 0 : Math.abs(wanted - own) / scale;
    const error = Number.isNaN(difference) ? Infinity : difference;
    if (error > (worst?.error ?? -1))
      worst = { path, index, expected: wanted, received: own, error };
  });
  return worst;
}

function assertClose(
  { name, tolerance = 1e-5 }: CompiledCheck,
  worst: Difference | undefined,
): void {
  if (worst === undefined || worst.error <= tolerance) return;
  throw new Error(
    `compareCompiled: ${name}, ${worst.path}[${worst.index}]: tfjs-cpu gives ${worst.expected}, ` +
      `compiled ${worst.received} (relative error ${worst.error.toPrecision(3)}, allowed ${tolerance}).`,
  );
}
