import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useCpuBackend } from '../testing/useCpuBackend.ts';
import { capture } from './capture.ts';
import { printGraph } from './graph.ts';

const float = (...shape: number[]) => ({ dtype: 'float32', shape }) as const;

const print = (fn: (...trees: never[]) => unknown, ...examples: unknown[]): string => {
  const { graph, outputs } = capture(fn, examples);
  return printGraph(
    graph,
    outputs.map(({ leaf }) => leaf),
  );
};

/** The message of what capturing a function of one float32[2,3] throws. */
const refusal = (fn: (x: tf.Tensor) => unknown): string => {
  try {
    capture(fn, [float(2, 3)]);
  } catch (error) {
    expect((error as Error).name).toBe('UserError');
    return (error as Error).message.replaceAll(/\/[^\s;]*\/(\w+\.test\.ts:\d+):\d+/g, '$1');
  }
  throw new Error('expected capture to refuse the function');
};

/** The line of this file on which the caller stands, as messages show it. */
const here = (offset = 0): string => {
  const line = /capture\.test\.ts:(\d+)/.exec(new Error().stack!.split('\n')[2]!)![1];
  return `capture.test.ts:${Number(line) + offset}`;
};

let tensors: number;

beforeEach(async () => {
  await useCpuBackend();
  tensors = tf.memory().numTensors;
});

afterEach(() => {
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.memory().numTensors).toBe(tensors);
});

describe('capture', () => {
  it('records kernels with types, attributes and constants', () => {
    const fn = (x: tf.Tensor2D, { w }: { w: tf.Tensor2D }) =>
      tf
        .relu(tf.matMul(x, w, false, true))
        .add(0.5)
        .reshape([-1]);
    expect(print(fn, float(2, 3), { w: float(4, 3) })).toMatchInlineSnapshot(`
      "input %0:float32[2,3] argument0
      input %1:float32[4,3] argument1/w
      %2:float32[2,4] = BatchMatMul(a=%0:float32[2,3], b=%1:float32[4,3]) {transposeA: false, transposeB: true}
      %3:float32[2,4] = Relu(x=%2:float32[2,4])
      %5:float32[2,4] = Add(a=%3:float32[2,4], b=const(0.5):float32[])
      %6:float32[8] = Reshape(x=%5:float32[2,4]) {shape: [-1]}
      output %6:float32[8]"
    `);
  });

  it('records gradients', () => {
    const fn = tf.grad((x: tf.Tensor) => tf.sum(tf.mul(tf.tanh(x), 2)));
    expect(print(fn, float(3))).toMatchInlineSnapshot(`
      "input %0:float32[3] argument0
      %1:float32[3] = Tanh(x=%0:float32[3])
      %2:float32[3] = Identity(x=%0:float32[3])
      %3:float32[3] = Identity(x=%1:float32[3])
      %5:float32[3] = Multiply(a=%1:float32[3], b=const(2):float32[])
      %6:float32[3] = Identity(x=%1:float32[3])
      %7:float32[] = Identity(x=const(2):float32[])
      %8:float32[] = Sum(x=%5:float32[3]) {keepDims: false}
      %9:float32[3] = Identity(x=%5:float32[3])
      %11:float32[1] = Reshape(x=const(1):float32[]) {shape: [1]}
      %13:float32[3] = Multiply(a=%11:float32[1], b=const(1 1 1):float32[3])
      %14:float32[] = Cast(x=%7:float32[]) {dtype: "float32"}
      %15:float32[3] = Multiply(a=%13:float32[3], b=%14:float32[])
      %17:float32[3] = Square(x=%3:float32[3])
      %18:float32[3] = Sub(a=const(1):float32[], b=%17:float32[3])
      %19:float32[3] = Multiply(a=%18:float32[3], b=%15:float32[3])
      output %19:float32[3]"
    `);
  });

  it('names arguments and results by their paths', () => {
    const captured = capture(
      (state: { a: tf.Tensor }, batch: tf.Tensor[]) => ({
        state: { a: tf.add(state.a, batch[1]!) },
        kept: [state.a],
      }),
      [{ a: float(2) }, [float(1), float(2)]],
      ['state', 'batch'],
    );
    expect(captured.inputs.map(({ path }) => path)).toEqual(['state/a', 'batch/0', 'batch/1']);
    expect(captured.outputs.map(({ path }) => path)).toEqual(['kept/0', 'state/a']);
    expect(captured.outputs[0]!.leaf.input).toBe('state/a');
  });

  it('takes tensors of other backends as constants and leaves them alone', async () => {
    const weights = tf.tensor1d([1, 2, 3]);
    const view = weights.reshape([1, 3]);
    const fn = (x: tf.Tensor) => tf.add(tf.mul(x, view), view);
    expect(print(fn, float(2, 3))).toMatchInlineSnapshot(`
      "input %0:float32[2,3] argument0
      %2:float32[2,3] = Multiply(a=%0:float32[2,3], b=const(1 2 3):float32[1,3])
      %3:float32[2,3] = Add(a=%2:float32[2,3], b=const(1 2 3):float32[1,3])
      output %3:float32[2,3]"
    `);
    expect(print(fn, float(1, 3))).toContain('const(1 2 3):float32[1,3]');
    weights.dispose();
    expect(await view.data()).toEqual(Float32Array.of(1, 2, 3));
    expect(tf.memory().numDataBuffers).toBeGreaterThan(0);
    view.dispose();
  });

  it('copies attributes, which a caller may change later', () => {
    const axes = [0];
    const captured = capture(
      (x: tf.Tensor) =>
        tf.tidy(() => {
          const y = tf.sum(x, axes);
          axes[0] = 1;
          return y;
        }),
      [float(2, 3)],
    );
    expect(
      captured.graph.nodes.at(-1)!.attrs['axis'] ?? captured.graph.nodes[0]!.attrs['axis'],
    ).toEqual([0]);
  });
});

describe('capture refuses', () => {
  const randomness: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
    randomNormal: (x) => tf.add(x, tf.randomNormal([2, 3])),
    randomUniform: (x) => tf.add(x, tf.randomUniform([2, 3])),
    randomStandardNormal: (x) => tf.add(x, tf.randomStandardNormal([2, 3])),
    truncatedNormal: (x) => tf.add(x, tf.truncatedNormal([2, 3])),
    dropout: (x) => tf.dropout(x, 0.5),
    multinomial: (x) => tf.multinomial(x as tf.Tensor2D, 4),
  };

  it.each(Object.entries(randomness))('tf.%s, whose numbers would be baked in', (name, fn) => {
    const line = refusal(fn);
    expect(line).toMatch(
      new RegExp(
        `^compile: tf\\.${name} draws random numbers inside a captured function, at capture\\.test\\.ts:\\d+\\. ` +
          'They would be baked in and repeat at every step: draw them outside and pass them in the batch ' +
          '\\(noise, or a mask for dropout\\)\\.$',
      ),
    );
  });

  it('reads of traced tensors, at the line that reads', () => {
    const message = refusal((x) => tf.scalar(x.dataSync()[0]!));
    expect(message).toBe(
      `compile: a traced tensor (float32[2,3]) was read at ${here(-2)}. A captured function has no ` +
        'numbers yet, so dataSync(), data(), arraySync() and array() cannot work inside it: compute ' +
        'with tensor operations, or return the tensor and read it from the result.',
    );
    expect(refusal((x) => tf.scalar((x.arraySync() as number[][])[0]![0]!))).toContain(
      'was read at',
    );
  });

  it('asynchronous reads, even when nobody waits for them', () => {
    const fn = (x: tf.Tensor) => {
      void x.data();
      return tf.relu(x);
    };
    expect(refusal(fn)).toMatch(
      /^compile: a traced tensor \(float32\[2,3\]\) was read at capture\.test\.ts:\d+/,
    );
  });

  it('asynchronous functions', async () => {
    const message = refusal(async (x) => {
      await Promise.resolve();
      return tf.relu(x);
    });
    expect(message).toBe(
      'compile: expected a synchronous function, received one that returns a promise.',
    );
    // The rest of the function runs now and finds its trace closed, which must not end the process.
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(refusal(async (x) => x.data())).toContain('expected a synchronous function');
  });

  it('variables', () => {
    const variable = tf.tidy(() => tf.variable(tf.ones([3]), true, 'momentum'));
    expect(refusal((x) => tf.add(x, variable))).toMatch(
      /^compile: the variable "momentum" is read inside a captured function, at capture\.test\.ts:\d+\. Its present value would be baked in: pass the value as an argument\.$/,
    );
    expect(refusal((x) => tf.variable(x))).toMatch(
      /^compile: a variable is made or assigned inside a captured function, at capture\.test\.ts:\d+\. /,
    );
    tf.disposeVariables();
    // tfjs counts the half-made variable and forgets it.
    tensors += 1;
  });

  it('tensors of another trace', () => {
    let leaked: tf.Tensor | undefined;
    capture((x: tf.Tensor) => (leaked = tf.keep(tf.relu(x))), [float(2, 3)]);
    expect(refusal((x) => tf.add(x, leaked!))).toMatch(
      /^Add: received a tensor \[2, 3\] that belongs to another trace, at capture\.test\.ts:\d+\. A tensor made while one function was captured must not be used in another: pass it as an argument\.$/,
    );
    expect(() => tf.add(leaked!, 1)).toThrow(
      /belongs to a finished trace, at .*capture\.test\.ts:\d+/,
    );
    expect(() => leaked!.dataSync()).toThrow(
      /have no numbers and must not be kept in outer variables/,
    );
    leaked!.dispose();
  });

  it('functions inside functions', () => {
    expect(refusal((x) => capture((y: tf.Tensor) => y, [x]).graph)).toBe(
      'compile: a function cannot be compiled inside another.',
    );
  });

  it('results that are not tensors', () => {
    expect(refusal(() => ({ loss: 3 }))).toBe(
      'tree: expected a tensor, a list or a record at "loss", received 3. Turn numbers into tensors, or keep them outside of the tree.',
    );
  });

  it('operands that do not fit, at the line of the call', () => {
    const weights = tf.ones([4, 5]);
    const message = refusal((x) => tf.leakyRelu(tf.cast(x, 'int32')));
    expect(message).toBe(
      `LeakyRelu: expected float32 operands of one dtype, received int32[2,3]. Cast them first. Called at ${here(-2)}.`,
    );
    expect(refusal((x) => tf.add(tf.greater(x, 0), tf.less(x, 1)))).toContain(
      'Add: expected float32 or int32 operands of one dtype, received bool[2,3] and bool[2,3]. Cast them first.',
    );
    expect(
      refusal((x) =>
        tf.conv2d(
          tf.reshape(x, [1, 3, 1, 2]) as tf.Tensor4D,
          tf.ones([1, 1, 3, 2]),
          1,
          'same',
          'NCHW',
        ),
      ),
    ).toMatch(/NHWC/);
    weights.dispose();
  });

  it('kernels without a lowering, all in one message', () => {
    const lines: string[] = [];
    const message = refusal((x) => {
      lines.push(here(1));
      const { values } = tf.topk(x, 2);
      lines.push(here(1));
      const best = tf.topk(tf.square(values), 1).values;
      lines.push(here(1));
      const products = tf.cumprod(best, 0);
      lines.push(here(1));
      return tf.add(tf.sum(products), tf.sum(tf.cumprod(tf.ones([4]))));
    });
    expect(message).toBe(
      'compile: 2 kernels have no lowering to ONNX:\n' +
        `  TopK, 2×, on float32[2,3]; float32[2,2], called at ${lines[0]}; ${lines[1]}\n` +
        `  Cumprod, 2×, on float32[2,1]; float32[4], called at ${lines[2]}; ${lines[3]}\n` +
        'Express them with other operations, run with --backend tfjs-cpu or tfjs-node-gpu, or add a ' +
        'shape rule and a lowering (packages/compiler/src/shapes and src/lower).',
    );
  });

  it('errors of the function itself, unchanged, with the backend restored', () => {
    expect(() =>
      capture(() => {
        throw new RangeError('mine');
      }, []),
    ).toThrow(new RangeError('mine'));
    expect(print((x: tf.Tensor) => tf.neg(x), float(1))).toContain('Neg');
  });
});
