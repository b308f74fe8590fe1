import {
  createRuntime,
  UserError,
  type BackendName,
  type HostTensor,
  type Tree,
} from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import type { CheckResult } from './verifyComponent.ts';

/** A convolution with numeric padding, which tfjs-node itself refuses, and its gradients. */
function convolve({ images, filter }: { images: tf.Tensor4D; filter: tf.Tensor4D }) {
  const energy = (x: tf.Tensor, w: tf.Tensor): tf.Scalar =>
    tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 1)));
  const [imageGradient, filterGradient] = tf.grads(energy)([images, filter]);
  return { convolved: tf.conv2d(images, filter, 2, 1), imageGradient, filterGradient };
}

const wave = (shape: number[], frequency: number): HostTensor => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) =>
    Math.sin(frequency * i),
  ),
});

const inputs = { images: wave([2, 16, 16, 8], 0.7), filter: wave([4, 4, 8, 16], 0.3) };

async function compute(backend: BackendName): Promise<Record<string, HostTensor>> {
  const runtime = await createRuntime({ backend });
  try {
    const run = runtime.function(convolve);
    const result = (await run(inputs as unknown as Tree<HostTensor>)) as Record<string, HostTensor>;
    await run.dispose();
    return result;
  } finally {
    await runtime.close();
  }
}

/** The largest difference between two results, relative to the largest value of each tensor. */
function compare(
  expected: Readonly<Record<string, HostTensor>>,
  received: Readonly<Record<string, HostTensor>>,
): number {
  const differences = Object.entries(expected).map(([name, { data }]) => {
    const values = Array.from(data);
    const others = Array.from(received[name]!.data);
    const largest = Math.max(...values.map(Math.abs));
    return Math.max(...values.map((value, i) => Math.abs(value - others[i]!))) / largest;
  });
  return Math.max(...differences);
}

async function check(backend: BackendName): Promise<CheckResult> {
  const received = await compute(backend);
  const difference = compare(await compute('tfjs-cpu'), received);
  const tensorflow = tf.findBackend('tensorflow') as { isUsingGpuDevice?: boolean } | null;
  const isOnGpu = tensorflow?.isUsingGpuDevice;
  return { difference, ...(isOnGpu === undefined ? {} : { isOnGpu }) };
}

try {
  const result = await check(process.argv[2] as BackendName);
  process.stdout.write(`\n${JSON.stringify(result)}\n`);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
