import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hostTensor, type HostTensor } from '../hostTensor.ts';
import { lowerings } from '../lower/index.ts';
import { createRuntime } from '../run/backends.ts';
import type { Runtime } from '../run/runtime.ts';
import { sampleTensor } from '../testing/index.ts';
import type { StepRunner, TrainStep } from '../trainStep.ts';
import { formatVerifyReport, verifyTrainStep } from './verify.ts';

interface State {
  readonly kernel: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

/** A convolution, a leaky ReLU and plain gradient descent. */
const step: TrainStep<State, { readonly x: tf.Tensor4D }> = (state, { x }) => {
  const loss = (kernel: tf.Tensor, bias: tf.Tensor): tf.Scalar => {
    const y = tf.add(tf.conv2d(x, kernel as tf.Tensor4D, 2, 'same'), bias);
    return tf.mean(tf.square(tf.sub(tf.leakyRelu(y, 0.2), 1)));
  };
  const [kernel, bias] = tf.grads(loss)([state.kernel, state.bias]) as [tf.Tensor4D, tf.Tensor1D];
  return {
    state: {
      kernel: tf.sub(state.kernel, tf.mul(kernel, 0.1)),
      bias: tf.sub(state.bias, tf.mul(bias, 0.1)),
    },
    metrics: { loss: loss(state.kernel, state.bias) },
    images: {},
    gradients: { kernel, bias },
  };
};

const state = { kernel: sampleTensor([3, 3, 2, 4], { seed: 1 }), bias: hostTensor([4]) };
const batchAt = (at: number) =>
  Promise.resolve({ x: sampleTensor([2, 8, 8, 2], { seed: 10 + at }) });

let runtimes: { compiled: Runtime; eager: Runtime };
beforeAll(async () => {
  const compiled = await createRuntime({ threads: 1 });
  runtimes = { compiled, eager: await createRuntime({ backend: 'tfjs-cpu' }) };
});
afterAll(() => runtimes.compiled.close());

const start = async (): Promise<{ compiled: StepRunner; eager: StepRunner }> => ({
  compiled: await runtimes.compiled.trainStep(step, state, { gradients: true }),
  eager: await runtimes.eager.trainStep(step, state, { gradients: true }),
});

describe('verifyTrainStep', () => {
  const rightLeakyRelu = lowerings.LeakyRelu;
  afterEach(() => {
    Object.assign(lowerings, { LeakyRelu: rightLeakyRelu });
  });

  it('finds rounding alone in a right step, and lists every loss, gradient and weight', async () => {
    const report = await verifyTrainStep({
      ...(await start()),
      batchAt,
      steps: 5,
      tolerance: 1e-5,
    });
    expect(report.failures).toEqual([]);
    expect(report.differences.map(({ part, path }) => `${part} ${path}`)).toEqual([
      'loss loss',
      'gradient bias',
      'gradient kernel',
      'state bias',
      'state kernel',
    ]);
    expect(formatVerifyReport(report).split('\n').at(-1)).toBe(
      'All 5 tensors agree within 0.00001 of their largest value after 5 steps.',
    );
  });

  it('finds a deliberate error in one lowering', async () => {
    const wrong: typeof rightLeakyRelu = (call) =>
      rightLeakyRelu({ ...call, attrs: { ...call.attrs, alpha: 0.21 } });
    Object.assign(lowerings, { LeakyRelu: wrong });
    const report = await verifyTrainStep({ ...(await start()), batchAt, steps: 2 });
    expect(report.failures.map(({ path }) => path)).toContain('kernel');
    expect(formatVerifyReport(report)).toMatch(/of 5 tensors differ by more than 0\.0001: loss/);
  });

  it('lets pass what another batch does not show: a unit within rounding of its kink', async () => {
    const { compiled, eager } = await start();
    let calls = 0;
    const flipping: StepRunner = {
      ...methodsOf(compiled),
      step: async (batch) => {
        const output = await compiled.step(batch);
        return ++calls === 1
          ? { ...output, metrics: { loss: output.metrics['loss']! * 1.1 } }
          : output;
      },
    };
    const options = { eager, batchAt, steps: 1 };
    expect((await verifyTrainStep({ ...options, compiled: flipping })).failures).toEqual([]);
    calls = 0;
    const once = await verifyTrainStep({ ...options, compiled: flipping, attempts: 1 });
    expect(once.failures).toMatchObject([{ part: 'loss', path: 'loss' }]);
  });

  it('counts NaN on one side only as infinitely wrong', async () => {
    const { compiled, eager } = await start();
    let isStepped = false;
    const broken: StepRunner = {
      ...methodsOf(compiled),
      step: (batch) => {
        isStepped = true;
        return compiled.step(batch);
      },
      readState: async () => {
        const right = (await compiled.readState()) as Record<string, HostTensor>;
        return isStepped ? { ...right, bias: hostTensor([4], [NaN, 0, 0, 0]) } : right;
      },
    };
    const report = await verifyTrainStep({
      compiled: broken,
      eager,
      batchAt,
      steps: 1,
      attempts: 1,
    });
    expect(report.failures).toMatchObject([{ part: 'state', path: 'bias', largest: Infinity }]);
  });
});

const methodsOf = (runner: StepRunner): StepRunner => ({
  prepare: (batch) => runner.prepare(batch),
  step: (batch, options) => runner.step(batch, options),
  readState: () => runner.readState(),
  writeState: (next) => runner.writeState(next),
  close: () => runner.close(),
});
