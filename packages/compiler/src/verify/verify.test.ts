import * as tf from '@tensorflow/tfjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hostTensor, type HostTensor } from '../hostTensor.ts';
import { lowerings } from '../lower/index.ts';
import { createRuntime } from '../run/backends.ts';
import type { Runtime } from '../run/runtime.ts';
import { sampleTensor } from '../testing/index.ts';
import type { StepRunner, TrainStep } from '../trainStep.ts';
import type { Tree } from '../tree.ts';
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

  describe('where rounding decides', () => {
    /** Moves one weight by a sign that hangs on its last digit, and the other by its value. */
    const runner = (kink: number, mistake = 0): StepRunner => {
      let current = { steep: hostTensor([2], [2, 1]), smooth: hostTensor([1], [3]) };
      return {
        prepare: () => Promise.resolve(),
        close: () => Promise.resolve(),
        readState: () => Promise.resolve(current as unknown as Tree<HostTensor>),
        writeState: (next) => {
          current = next as unknown as typeof current;
          return Promise.resolve();
        },
        step: () => {
          const [other, w] = current.steep.data as unknown as [number, number];
          current = {
            steep: hostTensor([2], [other, w + 0.1 * Math.sign(w - kink)]),
            smooth: hostTensor([1], [current.smooth.data[0]! * (0.9 + mistake)]),
          };
          return Promise.resolve({ metrics: {}, images: {} });
        },
      };
    };
    const [below, above] = [1 - 5e-7, 1 + 5e-7];

    it('says so and agrees', async () => {
      const options = { compiled: runner(above), eager: runner(below), batchAt, steps: 1 };
      const report = await verifyTrainStep(options);
      expect(report.failures).toEqual([]);
      const [smooth, steep] = report.differences;
      expect(steep!.relative).toBeGreaterThan(0.05);
      expect(steep!.sensitivity).toBeGreaterThan(0.05);
      expect(smooth!.relative).toBeLessThan(1e-6);
      expect(formatVerifyReport(report).split('\n').at(-1)).toBe(
        "All 2 tensors agree within 0.0001 of their largest value after 1 steps, but for 1 that differ as rounding makes them: changing the state's last digits moves them as far.",
      );
    });

    it('still finds a mistake beside it', async () => {
      const options = { compiled: runner(above, 0.01), eager: runner(below), batchAt, steps: 1 };
      const report = await verifyTrainStep(options);
      expect(report.failures.map(({ path }) => path)).toEqual(['smooth']);
    });
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
