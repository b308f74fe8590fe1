import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile, compileTrainStep } from '../compile.ts';
import { type HostTensor, hostTensor, hostTensorInt } from '../hostTensor.ts';
import { useCpuBackend } from '../testing/useCpuBackend.ts';
import { createRuntime } from './backends.ts';
import { regressionBatch, regressionState, regressionStep } from './fixtures/regression.ts';
import type { Runtime } from './runtime.ts';

let runtime: Runtime;

beforeAll(async () => {
  await useCpuBackend();
  runtime = await createRuntime({ threads: 1 });
});

afterAll(() => runtime.close());

/** A function that counts how often it is traced. */
const counted = <Args extends unknown[], Result>(fn: (...args: Args) => Result) => {
  const traced = { count: 0 };
  const own = (...args: Args): Result => {
    traced.count += 1;
    return fn(...args);
  };
  return { own: own as (...trees: never[]) => unknown, traced };
};

describe('a function on ONNX Runtime', () => {
  it('is compiled once per structure, dtypes and shapes', async () => {
    const { own, traced } = counted((x: tf.Tensor) => tf.square(x));
    const square = runtime.function(own);
    expect(await square(hostTensor([2], [2, 3]))).toEqual(hostTensor([2], [4, 9]));
    expect(await square(hostTensor([2], [4, 5]))).toEqual(hostTensor([2], [16, 25]));
    expect(traced.count).toBe(1);
    expect(await square(hostTensor([1, 2], [4, 5]))).toEqual(hostTensor([1, 2], [16, 25]));
    expect(await square(hostTensorInt([2], [4, 5]))).toEqual(hostTensorInt([2], [16, 25]));
    expect(traced.count).toBe(3);
    await square(hostTensor([2]));
    expect(traced.count).toBe(3);
    await square.dispose();
    await square(hostTensor([2]));
    expect(traced.count).toBe(4);
  });

  it('takes and returns trees of every dtype, arguments and constants included', async () => {
    const fn = runtime.function(((a: { x: tf.Tensor }, [flag, unused]: tf.Tensor[]) => ({
      same: a.x,
      list: [
        tf.logicalNot(flag!),
        tf.cast(a.x, 'int32'),
        tf.tensor1d([7, 8], 'int32'),
        tf.ones([2]),
      ],
      unused,
    })) as never);
    const flag: HostTensor = { dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) };
    const [x, unused] = [hostTensor([2], [1.5, -1.5]), hostTensor([1], [9])];
    expect(await fn({ x }, [flag, unused])).toEqual({
      same: x,
      list: [
        { dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) },
        hostTensorInt([2], [1, -1]),
        hostTensorInt([2], [7, 8]),
        hostTensor([2], [1, 1]),
      ],
      unused,
    });
  });

  it('needs no kernel at all', async () => {
    const x = hostTensor([2], [1, 2]);
    expect(await runtime.function(((a: tf.Tensor) => a) as never)(x)).toEqual(x);
    expect(await runtime.function((() => tf.scalar(3)) as never)()).toEqual(hostTensor([], [3]));
  });

  it('reports what the worker refuses, and goes on', async () => {
    const square = runtime.function(((x: tf.Tensor) => tf.square(x)) as never);
    const wrong: HostTensor = { dtype: 'float32', shape: [3], data: Float32Array.of(1, 2) };
    const failure = square(wrong);
    await expect(failure).rejects.toThrow(
      /^ONNX Runtime: Tensor's size\(3\) does not match data length\(2\)/,
    );
    await expect(failure).rejects.toHaveProperty('name', 'UserError');
    expect(await square(hostTensor([1], [3]))).toEqual(hostTensor([1], [9]));
  });

  it('reports options that a session refuses', async () => {
    const odd = await createRuntime({
      threads: 1,
      sessionOptions: { graphOptimizationLevel: 'most' },
    });
    const square = odd.function(((x: tf.Tensor) => tf.square(x)) as never);
    await expect(square(hostTensor([1]))).rejects.toThrow(
      /^ONNX Runtime: .*graphOptimizationLevel/i,
    );
    await odd.close();
  });

  it('runs without an arena', async () => {
    const bare = await createRuntime({ threads: 1, sessionOptions: { enableCpuMemArena: false } });
    const square = bare.function(((x: tf.Tensor) => tf.square(x)) as never);
    expect(await square(hostTensor([2], [3, 4]))).toEqual(hostTensor([2], [9, 16]));
    await bare.close();
  });

  it('does not hold up the event loop', async () => {
    const heavy = runtime.function(((x: tf.Tensor2D) => {
      let y = x;
      for (let i = 0; i < 8; i++) y = tf.mul(tf.matMul(y, x), 0.01);
      return tf.mean(y);
    }) as never);
    const x = hostTensor([768, 768], new Float32Array(768 * 768).fill(0.1));
    await heavy(x);
    let turns = 0;
    let isRunning = true;
    const turn = (): void => {
      turns += 1;
      if (isRunning) setImmediate(turn);
    };
    let ticks = 0;
    const interval = setInterval(() => (ticks += 1), 1);
    setImmediate(turn);
    await heavy(x);
    isRunning = false;
    clearInterval(interval);
    // A step that ran here would let the loop turn twice or so.
    expect(turns).toBeGreaterThan(50);
    expect(ticks).toBeGreaterThan(3);
  });

  it('rejects what is under way and what comes later when it is closed', async () => {
    const own = await createRuntime({ threads: 1 });
    const square = own.function(((x: tf.Tensor) => tf.square(x)) as never);
    await square(hostTensor([1]));
    const pending = square(hostTensor([1]));
    const closing = own.close();
    await expect(pending).rejects.toThrow('the worker thread of ONNX Runtime was closed');
    await closing;
    await expect(square(hostTensor([1]))).rejects.toThrow(
      'the worker thread of ONNX Runtime was closed',
    );
    await own.close();
  });
});

describe('compile', () => {
  it('is called like the function, with tensors', async () => {
    const example = tf.ones([2, 2]) as tf.Tensor2D;
    const product = await compile(
      (a: tf.Tensor2D, b: tf.Tensor2D) => ({ c: tf.matMul(a, b) }),
      [example, example],
      { threads: 1 },
    );
    const before = tf.memory().numTensors;
    const b = tf.tensor2d([[1], [2]]);
    const { c } = await product(example, b);
    expect(await c.array()).toEqual([[3], [3]]);
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([example, b, c]);
    await product.dispose();
  });

  it('compiles a train step from tensors', async () => {
    const tensors = Object.fromEntries(
      Object.entries(regressionState()).map(([name, { data, shape }]) => [
        name,
        tf.tensor(data, [...shape]),
      ]),
    );
    const runner = await compileTrainStep(regressionStep, tensors, regressionBatch(0), {
      threads: 1,
    });
    const { metrics } = await runner.step(regressionBatch(0));
    expect(metrics['loss']).toBeGreaterThan(0);
    expect(await tensors['count']!.data()).toEqual(Float32Array.of(0));
    expect(((await runner.readState()) as { fixed: HostTensor }).fixed).toEqual(
      hostTensor([2], [5, 6]),
    );
    tf.dispose(tensors);
    await runner.close();
    await expect(runner.step(regressionBatch(0))).rejects.toThrow('was closed');
  });
});

describe('a process', () => {
  it('ends by itself when its work is done, although the worker lives', async () => {
    const script = fileURLToPath(new URL('./fixtures/finishedScript.ts', import.meta.url));
    const options = ['--conditions=@gan-zoo/source', '--import', 'tsx', script];
    const { stdout } = await promisify(execFile)(process.execPath, options, { timeout: 50_000 });
    expect(stdout.trim()).toBe('[4,9] and now nothing is left to do');
  });
});
