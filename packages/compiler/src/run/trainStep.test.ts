import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostTensor, hostTensor } from '../hostTensor.ts';
import type { StepResult, TrainStep } from '../trainStep.ts';
import type { Tree } from '../tree.ts';
import { createRuntime } from './backends.ts';
import {
  distance,
  regressionBatch,
  regressionState,
  regressionStep,
} from './fixtures/regression.ts';
import type { Runtime } from './runtime.ts';

type State = Record<string, HostTensor>;

let runtimes: Readonly<Record<'onnx-cpu' | 'tfjs-cpu', Runtime>>;

beforeAll(async () => {
  runtimes = {
    'onnx-cpu': await createRuntime({ threads: 1 }),
    'tfjs-cpu': await createRuntime({ backend: 'tfjs-cpu' }),
  };
});

afterAll(() => runtimes['onnx-cpu'].close());

const start = (backend: 'onnx-cpu' | 'tfjs-cpu' = 'onnx-cpu', options = {}) =>
  runtimes[backend].trainStep(regressionStep, regressionState(), options);

/** A scalar state that a step maps to another. */
const scalarStep = (
  change: (
    state: Record<string, tf.Tensor>,
    batch: Record<string, tf.Tensor>,
  ) => Record<string, tf.Tensor>,
) =>
  ((state: Record<string, tf.Tensor>, batch: Record<string, tf.Tensor>) => ({
    state: change(state, batch),
    metrics: {},
    images: {},
  })) as unknown as TrainStep<never, never>;

const numbers = (values: Record<string, number>): Record<string, HostTensor> =>
  Object.fromEntries(Object.entries(values).map(([name, each]) => [name, hostTensor([], [each])]));

const read = (state: Tree<HostTensor>): Record<string, number> =>
  Object.fromEntries(Object.entries(state as State).map(([name, { data }]) => [name, data[0]!]));

describe('a compiled train step', () => {
  it('does what a batch asks for by empty records, too', async () => {
    const step = scalarStep(({ up, down }, batch) => ({
      up: 'up' in batch ? tf.add(up!, 1) : up!,
      down: 'down' in batch ? tf.sub(down!, 1) : down!,
    }));
    for (const backend of ['onnx-cpu', 'tfjs-cpu'] as const) {
      const runner = await runtimes[backend].trainStep(step, numbers({ up: 0, down: 0 }));
      await runner.step({ up: {}, down: {} });
      await runner.step({ up: {} });
      expect(read(await runner.readState()), backend).toEqual({ up: 2, down: -1 });
      await runner.close();
    }
  });

  it('keeps its state: after 20 steps it is where eager is', async () => {
    const [compiled, eager] = [await start('onnx-cpu'), await start('tfjs-cpu')];
    let [first, last] = [0, 0];
    for (let step = 0; step < 20; step++) {
      const [received, expected] = [
        await compiled.step(regressionBatch(step % 2)),
        await eager.step(regressionBatch(step % 2)),
      ];
      expect(received.metrics['loss']).toBeCloseTo(expected.metrics['loss']!, 5);
      expect(received.metrics['rate']).toBe(Math.fround(0.05));
      if (step === 0) first = received.metrics['loss']!;
      last = received.metrics['loss']!;
    }
    expect(last).toBeLessThan(first / 2);
    const [received, expected] = [
      (await compiled.readState()) as State,
      (await eager.readState()) as State,
    ];
    expect(Object.keys(received)).toEqual(Object.keys(expected));
    for (const path of Object.keys(expected))
      expect(distance(received[path]!, expected[path]!), path).toBeLessThan(1e-5);
    expect(received['count']!.data[0]).toBe(10);
    await compiled.close();
  });

  describe.each(['onnx-cpu', 'tfjs-cpu'] as const)('on %s', (backend) => {
    it('compiles a second program for a batch without some parts, on the same state', async () => {
      const runner = await start(backend);
      const before = (await runner.readState()) as State;
      await runner.step(regressionBatch(3, { count: true }));
      const counted = (await runner.readState()) as State;
      expect(counted['count']!.data[0]).toBe(3);
      expect(counted['weights']).toEqual(before['weights']);
      const { metrics } = await runner.step(regressionBatch(4, { fit: true }));
      expect(Object.keys(metrics)).toEqual(['loss', 'rate']);
      const fitted = (await runner.readState()) as State;
      expect(distance(fitted['weights']!, before['weights']!)).toBeGreaterThan(0.01);
      expect(fitted['count']!.data[0]).toBe(3);
      expect(fitted['fixed']!.data).toEqual(Float32Array.of(5, 6));
      const { metrics: none } = await runner.step(regressionBatch(5, {}));
      expect(none).toEqual({ rate: Math.fround(0.05) });
      expect(await runner.readState()).toEqual(fitted);
      await runner.close();
    });

    it('copies images only when asked, also those that are arguments', async () => {
      const runner = await start(backend);
      const { weights } = (await runner.readState()) as State;
      expect((await runner.step(regressionBatch(1, { count: true }))).images).toEqual({});
      const batch = regressionBatch(2);
      const { images } = await runner.step(batch, { images: true });
      expect(Object.keys(images)).toEqual(['before', 'inputs', 'prediction']);
      expect(images['before']).toEqual(weights);
      expect(images['inputs']).toEqual(batch.fit!.x);
      expect(images['prediction']!.shape).toEqual([4, 2]);
      await runner.close();
    });

    it('returns gradients only when made to', async () => {
      const [without, withGradients] = [
        await start(backend),
        await start(backend, { gradients: true }),
      ];
      expect((await without.step(regressionBatch(1))).gradients).toBeUndefined();
      const { gradients } = await withGradients.step(regressionBatch(1));
      const before = regressionState().weights;
      const after = ((await withGradients.readState()) as State)['weights']!;
      const { weights } = gradients as { weights: HostTensor };
      const moved = Float32Array.from(
        weights.data,
        (each, i) => before.data[i]! - Math.fround(0.05) * each,
      );
      expect(distance(after, hostTensor([3, 2], moved))).toBeLessThan(1e-6);
    });

    it('moves a state that is given away, and leaves every other one to its owner', async () => {
      const given = { ...regressionState(), count: hostTensor([], [7]) };
      const kept = { ...regressionState(), count: hostTensor([], [7]) };
      const options = { givesState: true };
      const [moved, copied] = [
        await runtimes[backend].trainStep(regressionStep, given, options),
        await runtimes[backend].trainStep(regressionStep, kept),
      ];
      expect(kept.count.data[0]).toBe(7);
      if (backend === 'onnx-cpu') expect(given.count.data.buffer.byteLength).toBe(0);
      await moved.step(regressionBatch(0));
      await copied.step(regressionBatch(0));
      expect(await moved.readState()).toEqual(await copied.readState());
      await moved.close();
      await copied.close();
    });

    it('replaces and returns the whole state', async () => {
      const runner = await start(backend);
      const state = { ...regressionState(), count: hostTensor([], [41]) };
      await runner.writeState(state);
      await runner.step({ count: hostTensor([], [1]), learningRate: hostTensor([], [0]) });
      expect(((await runner.readState()) as State)['count']!.data[0]).toBe(42);
      expect(state.count.data[0]).toBe(41);
      await runner.close();
    });

    it('lets parts of the state change places', async () => {
      const swap = scalarStep(({ a, b }) => ({ a: b!, b: a! }));
      const runner = await runtimes[backend].trainStep(swap, numbers({ a: 1, b: 2 }));
      await runner.step({});
      expect(read(await runner.readState())).toEqual({ a: 2, b: 1 });
      await runner.step({});
      expect(read(await runner.readState())).toEqual({ a: 1, b: 2 });
    });

    it('takes state from the batch, and one value for several parts', async () => {
      const step = scalarStep(({ a }, { x }) => {
        const sum = tf.add(a!, x!);
        return { a: sum, b: sum, c: x! };
      });
      const runner = await runtimes[backend].trainStep(step, numbers({ a: 1, b: 2, c: 3 }));
      await runner.step(numbers({ x: 10 }));
      expect(read(await runner.readState())).toEqual({ a: 11, b: 11, c: 10 });
      await runner.step(numbers({ x: 5 }));
      expect(read(await runner.readState())).toEqual({ a: 16, b: 16, c: 5 });
    });

    it('takes steps in their order even when nobody waits for them', async () => {
      const runner = await runtimes[backend].trainStep(
        scalarStep(({ a }, { x }) => ({ a: tf.add(tf.mul(a!, 2), x!) })),
        numbers({ a: 1 }),
      );
      const steps = [1, 0, 1, 1, 0, 0, 1].map((x) => runner.step(numbers({ x })));
      const state = runner.readState();
      await Promise.all(steps);
      expect(read(await state)).toEqual({ a: 0b11011001 });
    });

    it('refuses a step whose state has another structure, with every path', async () => {
      const step = ((state: { a: tf.Tensor; b: { c: tf.Tensor } }) => ({
        state: { a: tf.concat([state.a, state.a]), d: state.b.c },
        metrics: {},
        images: {},
      })) as unknown as TrainStep<never, never>;
      const runner = await runtimes[backend].trainStep(step, {
        a: hostTensor([2]),
        b: { c: hostTensor([1]) },
      });
      const message =
        'the train step: expected a state of the same structure as the first one:\n' +
        '  a: expected float32[2], received float32[4]\n' +
        '  b/c (float32[1]) is missing\n' +
        '  d (float32[1]) is not known\n' +
        'Return every part of the state from the step, changed or not.';
      await expect(runner.step({})).rejects.toThrow(message);
      await expect(runner.writeState({ a: hostTensor([2]) })).rejects.toThrow(
        'writeState: expected a state of the same structure as the first one:\n  b/c (float32[1]) is missing',
      );
    });
  });

  it('keeps runners on one worker apart', async () => {
    const add = scalarStep(({ a }, { x }) => ({ a: tf.add(a!, x!) }));
    const one = await runtimes['onnx-cpu'].trainStep(add, numbers({ a: 0 }));
    const two = await runtimes['onnx-cpu'].trainStep(add, numbers({ a: 100 }));
    await one.step(numbers({ x: 1 }));
    await two.step(numbers({ x: 2 }));
    await one.close();
    expect(read(await two.readState())).toEqual({ a: 102 });
    await expect(one.readState()).rejects.toThrow('ONNX Runtime: nothing was written to "');
    await two.close();
  });

  it('stores convolution weights as it likes and shows them as tfjs has them', async () => {
    type Conv = { w: tf.Tensor4D; v: tf.Tensor4D };
    const conv: TrainStep<Conv, { x: tf.Tensor4D }> = (state, { x }): StepResult<Conv> => {
      const lossOf = (w: tf.Tensor): tf.Tensor =>
        tf.mean(tf.square(tf.conv2d(x, w as tf.Tensor4D, 2, 'same')));
      const { value, grad } = tf.valueAndGrad(lossOf)(state.w);
      const v = tf.add(tf.mul(state.v, 0.9), grad) as tf.Tensor4D;
      return {
        state: { w: tf.sub(state.w, tf.mul(v, 0.1)), v },
        metrics: { loss: value },
        images: {},
      };
    };
    const state = { w: regressionTensor([3, 4, 2, 5]), v: hostTensor([3, 4, 2, 5]) };
    const results = await Promise.all(
      (['onnx-cpu', 'tfjs-cpu'] as const).map(async (backend) => {
        const runner = await runtimes[backend].trainStep(conv, state);
        for (let step = 0; step < 3; step++)
          await runner.step({ x: regressionTensor([2, 6, 5, 2]) });
        const half = (await runner.readState()) as State;
        await runner.writeState(half);
        await runner.step({ x: regressionTensor([1, 6, 5, 2]) });
        return (await runner.readState()) as State;
      }),
    );
    for (const path of ['w', 'v']) {
      expect(results[0]![path]!.shape).toEqual([3, 4, 2, 5]);
      expect(distance(results[0]![path]!, results[1]![path]!)).toBeLessThan(1e-6);
    }
    expect(distance(results[0]!['w']!, state.w)).toBeGreaterThan(1e-3);
  });
});

/** Values that differ along every axis. */
const regressionTensor = (shape: number[]): HostTensor =>
  hostTensor(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1 + i * i)),
  );
