import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { installGradientFixes } from '../gradients/index.ts';
import { hostTensor, type HostTensor } from '../hostTensor.ts';
import { loadTensorFlow } from '../native/loadTensorFlow.ts';
import { findTensorFlowBinding } from '../native/tensorFlowBinding.ts';
import { createRuntime } from '../run/backends.ts';
import { checkGradients, gradientCases, pseudoRandom } from '../testing/index.ts';
import { flattenTree } from '../tree.ts';
import { mendedKernels } from './index.ts';

const hasTensorFlow = findTensorFlowBinding() !== undefined;

interface TensorFlow {
  readonly binding: { getNumOfTensors(): number };
}

/** The most that a result is off, relative to the largest value of its tensor. */
async function difference(
  fn: (...inputs: tf.Tensor[]) => unknown,
  inputs: readonly HostTensor[],
): Promise<number> {
  const [expected, received] = await Promise.all(
    (['tfjs-cpu', 'tfjs-node-gpu'] as const).map(async (backend) => {
      const runtime = await createRuntime({ backend, threads: 1 });
      return flattenTree<HostTensor>(await runtime.function(fn as never)(...inputs));
    }),
  );
  expect(received!.map(({ leaf: { dtype, shape } }) => ({ dtype, shape }))).toEqual(
    expected!.map(({ leaf: { dtype, shape } }) => ({ dtype, shape })),
  );
  const errors = expected!.map(({ leaf }, at) => {
    const own = received![at]!.leaf.data;
    const scale = Math.max(...Array.from(leaf.data, Math.abs));
    expect(scale).toBeGreaterThan(0);
    return Math.max(...Array.from(leaf.data, (value, i) => Math.abs(value - own[i]!))) / scale;
  });
  return Math.max(...errors);
}

function noise(...shape: number[]): HostTensor {
  const random = pseudoRandom(3);
  return hostTensor(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() - 0.5),
  );
}

/** A function with the gradients of a weighted sum of it with respect to all of its inputs. */
const withGradients =
  (fn: (...inputs: tf.Tensor[]) => tf.Tensor) =>
  (...inputs: tf.Tensor[]): tf.Tensor[] => [
    fn(...inputs),
    ...tf.grads((...own: tf.Tensor[]) => tf.sum(tf.square(fn(...own))))(inputs),
  ];

type Pad = Parameters<typeof tf.conv2d>[3];
const uneven: Pad = [
  [0, 0],
  [2, 1],
  [0, 3],
  [0, 0],
];

describe.skipIf(!hasTensorFlow)('TensorFlow', () => {
  beforeAll(() => {
    // As Node is from version 23 on.
    const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
    delete util['isNullOrUndefined'];
    delete util['isArray'];
    loadTensorFlow(1);
  });

  it('needs nothing of what later versions of Node have removed', async () => {
    const largest = (x: tf.Tensor): tf.Tensor => tf.topk(x, 2).values;
    expect(await difference(largest, [noise(3, 5)])).toBe(0);
  });

  it('is loaded without becoming the backend of everything', () => {
    expect(tf.findBackend('tensorflow')).not.toBeNull();
    expect(tf.getBackend()).toBe('cpu');
  });

  it('has every mended kernel registered', () => {
    for (const name of mendedKernels.keys()) {
      expect(tf.getKernel(name, 'tensorflow'), name).toBeDefined();
    }
  });

  describe('gives gradients that equal finite differences', () => {
    beforeAll(() => installGradientFixes());

    it.each(gradientCases)('$name', (row) => {
      void tf.setBackend('tensorflow');
      try {
        checkGradients(row);
      } finally {
        void tf.setBackend('cpu');
      }
    });
  });

  it.each<[string, number | [number, number], Pad, 'NHWC' | 'NCHW']>([
    ['numeric', 2, 1, 'NHWC'],
    ['numeric, larger than the filter', 1, 4, 'NHWC'],
    ['uneven', [2, 1], uneven, 'NHWC'],
    ['same', 2, 'same', 'NHWC'],
    ['valid', 3, 'valid', 'NHWC'],
    ['numeric, channels first', 2, 1, 'NCHW'],
  ])('convolves with %s padding as tfjs-cpu does', async (_, strides, pad, format) => {
    const x = format === 'NHWC' ? noise(2, 7, 8, 3) : noise(2, 3, 7, 8);
    const convolve = (a: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
      tf.conv2d(a as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, format);
    expect(await difference(withGradients(convolve), [x, noise(3, 3, 3, 4)])).toBeLessThan(1e-5);
  });

  it('transposes convolutions as tfjs-cpu does', async () => {
    const transposed = (a: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
      tf.conv2dTranspose(a as tf.Tensor4D, filter as tf.Tensor4D, [2, 9, 9, 4], 2, 1);
    const inputs = [noise(2, 5, 5, 3), noise(3, 3, 4, 3)];
    expect(await difference(withGradients(transposed), inputs)).toBeLessThan(1e-5);
  });

  it.each<[number, number, 'valid' | 'same' | number]>([
    [2, 1, 1],
    [1, 1, 2],
    [1, 2, 'same'],
    [1, 3, 2],
  ])('convolves each channel: strides %i, dilations %i, padding %s', async (strides, rate, pad) => {
    const convolve = (a: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
      tf.depthwiseConv2d(a as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, 'NHWC', rate);
    const inputs = [noise(2, 8, 9, 3), noise(3, rate === 3 ? 3 : 2, 3, 2)];
    // tfjs has no gradients of dilated convolutions.
    const fn = rate === 1 ? withGradients(convolve) : convolve;
    expect(await difference(fn, inputs)).toBeLessThan(1e-5);
  });

  it.each(['maxPool', 'avgPool'] as const)('%s takes any padding', async (name) => {
    installGradientFixes();
    for (const [pad, rounding] of [
      [1, 'floor'],
      [1, 'ceil'],
      ['same', undefined],
      ['valid', undefined],
      [uneven.map((pair) => (pair as number[]).map((margin) => Math.min(margin, 2))), 'floor'],
    ] as [Pad, 'floor' | undefined][]) {
      const pool = (x: tf.Tensor): tf.Tensor => tf[name](x as tf.Tensor4D, 3, 2, pad, rounding);
      expect(await difference(withGradients(pool), [noise(2, 8, 7, 3)])).toBeLessThan(1e-5);
    }
  });

  it.each(['maxPool3d', 'avgPool3d'] as const)('%s takes any padding', async (name) => {
    for (const pad of [1, 'same', 'valid'] as const) {
      const pool = (x: tf.Tensor): tf.Tensor => tf[name](x as tf.Tensor5D, 3, 2, pad);
      expect(await difference(pool, [noise(2, 5, 6, 7, 3)])).toBeLessThan(1e-5);
    }
  });

  it('computes whole numbers as tfjs-cpu does', async () => {
    const whole = {
      dtype: 'int32',
      shape: [5],
      data: Int32Array.of(-12_345_678, -3, 0, 2, 12_345_678),
    } as const;
    const fn = (x: tf.Tensor): tf.Tensor[] => [
      tf.step(x, -1),
      tf.round(x),
      tf.sign(x),
      tf.leakyRelu(x, 0.5),
      tf.floorDiv(x, tf.scalar(4, 'int32')),
      tf.scatterND(tf.tensor1d([4, 0], 'int32'), tf.tensor1d([7, 8], 'int32'), [5]),
    ];
    expect(await difference(fn, [whole])).toBe(0);
  });

  it('takes no number for none', async () => {
    const odd = hostTensor([3], [NaN, -2, 5.9]);
    const runtime = await createRuntime({ backend: 'tfjs-node-gpu' });
    const fn = (x: tf.Tensor): tf.Tensor[] => [
      tf.sign(x),
      tf.step(x, -1),
      tf.floorDiv(tf.slice(x, 1), tf.scalar(-3.1)),
    ];
    const results = flattenTree<HostTensor>(await runtime.function(fn as never)(odd));
    expect(results.map(({ leaf }) => [leaf.dtype, ...leaf.data])).toEqual([
      ['float32', 0, -1, 1],
      ['float32', NaN, -1, 1],
      ['int32', 0, -2],
    ]);
  });

  it('keeps nothing of five hundred steps but the state', async () => {
    const runtime = await createRuntime({ backend: 'tfjs-node-gpu', threads: 1 });
    const held = (): number =>
      (tf.findBackend('tensorflow') as unknown as TensorFlow).binding.getNumOfTensors();
    const before = held();
    const step = ({ w }: { w: tf.Tensor4D }, { x }: { x: tf.Tensor4D }) => {
      const loss = (weights: tf.Tensor): tf.Scalar =>
        tf.mean(tf.square(tf.maxPool(tf.conv2d(x, weights as tf.Tensor4D, 1, 1), 2, 2, 1)));
      const gradient = tf.grad(loss)(w);
      return {
        state: { w: tf.sub(w, tf.mul(0.1, gradient)) },
        metrics: { loss: loss(w) },
        images: {},
      };
    };
    const runner = await runtime.trainStep(step as never, { w: noise(3, 3, 2, 4) });
    for (let i = 0; i < 500; i++) await runner.step({ x: noise(1, 6, 6, 2) });
    expect(held() - before).toBe(1);
    await runner.close();
    expect(held()).toBe(before);
  });
});
