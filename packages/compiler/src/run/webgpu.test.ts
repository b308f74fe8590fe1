import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';
import { type HostTensor, hostTensor } from '../hostTensor.ts';
import { sampleTensor } from '../testing/sampleTensor.ts';
import type { TrainStep } from '../trainStep.ts';
import { createRuntime } from './backends.ts';
import { distance } from './fixtures/regression.ts';

/** Whoever names a Vulkan driver wants these tests; elsewhere they run where WebGPU starts. */
const isDemanded = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES'].some(
  (name) => process.env[name] !== undefined,
);

const { runtime, reason } = await createRuntime({ backend: 'onnx-webgpu' }).then(
  (started) => ({ runtime: started, reason: '' }),
  (error: Error) => ({ runtime: undefined, reason: error.message }),
);

afterAll(() => runtime?.close());

type Weights = Record<'down' | 'scale' | 'up', tf.Tensor>;

/** An autoencoder with a norm: convolution, transposed convolution, reductions, momentum. */
const step: TrainStep<{ weights: Weights; momentum: Weights }, { x: tf.Tensor4D }> = (
  state,
  { x },
) => {
  const names = ['down', 'scale', 'up'] as const;
  const reconstruct = (down: tf.Tensor, scale: tf.Tensor, up: tf.Tensor): tf.Tensor => {
    const hidden = tf.conv2d(x, down as tf.Tensor4D, 2, 'same');
    const { mean, variance } = tf.moments(hidden, [0, 1, 2], true);
    const normed = tf.mul(tf.div(tf.sub(hidden, mean), tf.sqrt(tf.add(variance, 1e-3))), scale);
    const active = tf.leakyRelu(normed, 0.2) as tf.Tensor4D;
    return tf.tanh(tf.conv2dTranspose(active, up as tf.Tensor4D, x.shape, 2, 'same'));
  };
  const lossOf = (...own: tf.Tensor[]): tf.Tensor =>
    tf.mean(tf.square(tf.sub(reconstruct(own[0]!, own[1]!, own[2]!), x)));
  const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => state.weights[name]));
  const next = (change: (name: keyof Weights, i: number) => tf.Tensor): Weights =>
    Object.fromEntries(names.map((name, i) => [name, change(name, i)])) as Weights;
  const momentum = next((name, i) => tf.add(tf.mul(state.momentum[name], 0.9), grads[i]!));
  const weights = next((name) => tf.sub(state.weights[name], tf.mul(momentum[name], 0.05)));
  return { state: { weights, momentum }, metrics: { loss: value }, images: {} };
};

const small = { low: -0.5, high: 0.5 };
const state = {
  weights: {
    down: sampleTensor([4, 4, 3, 8], small),
    scale: hostTensor([8], new Float32Array(8).fill(1)),
    up: sampleTensor([4, 4, 3, 8], small),
  },
  momentum: {
    down: hostTensor([4, 4, 3, 8]),
    scale: hostTensor([8]),
    up: hostTensor([4, 4, 3, 8]),
  },
};

describe(`WebGPU${runtime === undefined ? ` (does not start here: ${reason})` : ''}`, () => {
  it.runIf(isDemanded)('starts with the Vulkan driver that the environment names', () => {
    expect(reason).toBe('');
  });

  it.skipIf(runtime !== undefined)('says what is missing', () => {
    expect(reason).toMatch(
      /^--backend onnx-webgpu: cannot start on this machine \(.+\): ((?!was false)[^\n])+\. It needs a GPU with a Vulkan, Metal or Direct3D 12 driver\. Offered here: onnx-cpu/,
    );
  });

  it.skipIf(runtime === undefined)('trains as tfjs does', async () => {
    const eager = await createRuntime({ backend: 'tfjs-cpu' });
    const runners = [
      await runtime!.trainStep(step, state),
      await eager.trainStep(step, state),
    ] as const;
    for (let i = 0; i < 4; i++) {
      const x = sampleTensor([2, 8, 8, 3], { seed: i + 1, low: -1, high: 1 });
      const [received, expected] = [await runners[0].step({ x }), await runners[1].step({ x })];
      expect(received.metrics['loss']).toBeCloseTo(expected.metrics['loss']!, 4);
    }
    const [received, expected] = [
      await runners[0].readState(),
      await runners[1].readState(),
    ] as unknown as [typeof state, typeof state];
    for (const part of ['weights', 'momentum'] as const) {
      for (const name of ['down', 'scale', 'up'] as const) {
        const [own, wanted]: HostTensor[] = [received[part][name], expected[part][name]];
        expect(distance(own!, wanted!), `${part}/${name}`).toBeLessThan(1e-4);
      }
    }
    await runners[0].close();
  });
});
