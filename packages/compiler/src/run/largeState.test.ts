import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { hostTensor, type HostTensor } from '../hostTensor.ts';
import { buildStepProgram } from '../program.ts';
import type { TrainStep } from '../trainStep.ts';
import { createRuntime } from './backends.ts';

const parts = ['first', 'weights', 'momentum', 'average', 'scaled'] as const;

type State = Record<(typeof parts)[number], tf.Tensor>;

/** Large enough to be updated in place. */
const shape = [160, 160];

/**
 * Two layers, the second with momentum and an average of the weights, and a part that needs no
 * gradient. The gradient of the first layer reads the second one's former weights.
 */
const step: TrainStep<State, { x: tf.Tensor; rate: tf.Tensor }> = (state, { x, rate }) => {
  const lossOf = (first: tf.Tensor, weights: tf.Tensor): tf.Tensor =>
    tf.mean(tf.square(tf.matMul(tf.tanh(tf.matMul(tf.mul(x, 0.01), first)), weights)));
  const { value, grads } = tf.valueAndGrads(lossOf as never)([state.first, state.weights]);
  const [ofFirst, ofWeights] = grads as [tf.Tensor, tf.Tensor];
  const first = tf.sub(state.first, tf.mul(ofFirst, rate));
  const momentum = tf.add(tf.mul(state.momentum, 0.9), ofWeights);
  const weights = tf.sub(state.weights, tf.mul(momentum, rate));
  const average = tf.add(tf.mul(state.average, 0.8), tf.mul(weights, 0.2));
  const scaled = tf.mul(state.scaled, rate);
  const next = { first, weights, momentum, average, scaled };
  return { state: next, metrics: { loss: value }, images: {} };
};

const waves = (own: readonly number[], factor: number): HostTensor => {
  const length = own.reduce((a, b) => a * b, 1);
  return hostTensor(
    own,
    Float32Array.from({ length }, (_, i) => Math.sin(factor * i)),
  );
};

it('compiles updates that need no memory of their own', () => {
  const { graph, overwrites } = buildStepProgram(
    step,
    Object.fromEntries(parts.map((part) => [part, waves(shape, 1)])),
    { x: waves([2, 160], 0.3), rate: hostTensor([], [1]) },
  );
  expect([...overwrites.keys()].sort()).toEqual(parts.map((part) => `out:state/${part}`).sort());
  expect(graph.nodes.filter(({ op }) => op === 'IsNaN')).toHaveLength(1);
});

it('updates a large state in its place, as eager does', async () => {
  // One array twice: what is written over one part must not show in another.
  const shared = waves(shape, 0.7);
  const state = {
    ...{ first: waves(shape, 0.4), weights: shared, momentum: waves(shape, 0) },
    ...{ average: shared, scaled: shared },
  };
  const final: Record<string, HostTensor>[] = [];
  for (const backend of ['onnx-cpu', 'tfjs-cpu'] as const) {
    const runtime = await createRuntime({ backend, threads: 1 });
    const runner = await runtime.trainStep(step, state);
    for (let i = 1; i <= 3; i++) {
      const rate = hostTensor([], [0.5 / i]);
      // Another batch size is another program on the same state.
      await runner.step({ x: waves([i, 160], 0.3), rate });
      if (i === 2) await runner.writeState(await runner.readState());
    }
    final.push((await runner.readState()) as Record<string, HostTensor>);
    await runtime.close();
  }
  for (const [path, { data }] of Object.entries(final[0]!)) {
    const expected = final[1]![path]!.data;
    const errors = Array.from(data, (each, i) => Math.abs(each - expected[i]!));
    const largest = Math.max(...Array.from(expected, Math.abs));
    expect(Math.max(...errors), path).toBeLessThan(1e-5 * largest);
  }
  expect(shared.data[1]).toBeCloseTo(Math.sin(0.7), 6);
});
