import { createRuntime, hostTensor, type HostTensor, type Tree } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { valueAndGradients } from '../gradients/index.ts';
import { accumulating } from './accumulating.ts';
import { adam } from './adam.ts';
import { onBackend } from './fixtures/onBackend.ts';
import type { OptimizerState } from './optimizer.ts';
import { sgd } from './sgd.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const values = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
const slot = (state: OptimizerState, name: string): tf.Tensor =>
  (state[name] as Record<string, tf.Tensor>)['w']!;

describe('accumulating', () => {
  it('is the optimizer itself with one step', () => {
    const optimizer = adam({ learningRate: 1 });
    expect(accumulating(optimizer, 1)).toBe(optimizer);
  });

  it('starts with sums of zero beside the slots of the optimizer', () => {
    const optimizer = adam({ learningRate: 1 });
    const params = { w: { shape: [2] } };
    expect(accumulating(optimizer, 3).init(params)).toEqual({
      ...optimizer.init(params),
      accumulatedGradients: { w: hostTensor([2]) },
    });
  });

  it('moves once, by the mean of the gradients, and begins anew', () => {
    tf.tidy(() => {
      const { init, update } = accumulating(sgd({ learningRate: 1 }), 2);
      const params = { w: tf.tensor1d([10, 10]) };
      const first = update({
        ...{ params, state: onBackend(init(params)), accumulate: tf.scalar(0.5) },
        gradients: { w: tf.tensor1d([1, 2]) },
      });
      expect(first.params.w).toBe(params.w);
      expect(values(slot(first.state, 'accumulatedGradients'))).toEqual([0.5, 1]);
      const second = update({
        ...{ params, state: first.state },
        gradients: { w: tf.tensor1d([3, -4]) },
      });
      expect(values(second.params.w)).toEqual([8, 11]);
      expect(values(slot(second.state, 'accumulatedGradients'))).toEqual([0, 0]);
      expect(Object.keys(second.state)).toEqual(Object.keys(init(params)));
    });
  });

  it('uses the rate of the batch', () => {
    tf.tidy(() => {
      const { init, update } = accumulating(sgd({ learningRate: 1 }), 2);
      const params = { w: tf.tensor1d([10]) };
      const gradients = { w: tf.tensor1d([2]) };
      const learningRate = tf.scalar(0.25);
      const moved = update({ params, gradients, state: onBackend(init(params)), learningRate });
      expect(values(moved.params.w)).toEqual([9.75]);
    });
  });

  it('refuses steps that are not whole, and a state without sums', () => {
    const optimizer = sgd({ learningRate: 1 });
    expect(() => accumulating(optimizer, 1.5)).toThrow(
      'accumulating: expected steps to be a whole number of at least 1, received 1.5.',
    );
    tf.tidy(() => {
      const params = { w: tf.ones([1]) };
      const state = onBackend(optimizer.init(params));
      expect(() => accumulating(optimizer, 2).update({ params, gradients: params, state })).toThrow(
        'sgd: expected a state with "accumulatedGradients", received one with nothing.',
      );
    });
  });
});

interface Batch {
  readonly x: tf.Tensor;
  readonly accumulate?: tf.Tensor;
}

interface State {
  readonly params: { readonly w: tf.Tensor };
  readonly optimizer: OptimizerState;
}

/** Least squares: pulls w towards the mean of the rows of x. */
const stepOf = (steps: number) => {
  const { init, update } = accumulating(adam({ learningRate: 0.1, beta1: 0.5 }), steps);
  const params = { w: hostTensor([3], [1, -1, 0.5]) };
  const start = { params, optimizer: init(params) } as unknown as Tree<HostTensor>;
  const step = ({ params: weights, optimizer }: State, { x, accumulate }: Batch) => {
    const { gradients } = valueAndGradients(
      ({ w }) => ({ loss: tf.mean(tf.sum(tf.square(tf.sub(x, w)), 1)) }),
      weights,
    );
    const { params: moved, state } = update({
      ...{ gradients, params: weights, state: optimizer, accumulate },
    });
    return { state: { params: moved, optimizer: state }, metrics: {}, images: {} };
  };
  return { start, step };
};

describe.each(['tfjs-cpu', 'onnx-cpu'] as const)('accumulating on %s', (backend) => {
  it('makes of three parts the update of the whole batch', async () => {
    const runtime = await createRuntime({ backend, threads: 1 });
    const rows = Array.from({ length: 18 }, (_, i) => Math.sin(i));
    const trained = async (steps: number): Promise<number[]> => {
      const { start, step } = stepOf(steps);
      const runner = await runtime.trainStep(step, start);
      for (let round = 0; round < 3; round++) {
        for (let part = 0; part < steps; part++) {
          const count = 6 / steps;
          const x = hostTensor([count, 3], rows.slice(part * count * 3, (part + 1) * count * 3));
          const isLast = part === steps - 1;
          await runner.step(isLast ? { x } : { x, accumulate: hostTensor([], [1 / steps]) });
        }
      }
      const state = (await runner.readState()) as { params: { w: HostTensor } };
      await runner.close();
      return [...state.params.w.data];
    };
    const [whole, parts] = [await trained(1), await trained(3)];
    whole.forEach((value, i) => expect(parts[i]).toBeCloseTo(value, 6));
    expect(Math.abs(whole[0]! - 1)).toBeGreaterThan(0.2);
    await runtime.close();
  });
});
