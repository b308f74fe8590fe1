import { describe, expect, it } from 'vitest';
import { recordCalls } from './recordCalls.ts';

/** As much of a tensor as is recorded. */
const tensor = (...values: number[]) => ({
  ...{ dtype: 'float32', shape: [values.length], size: values.length },
  dataSync: () => Float32Array.from(values),
});

/** An engine whose kernels return a given tensor. */
class FakeEngine {
  backendName = 'cpu';

  runKernel(_kernel: string, inputs: object): unknown {
    return Object.values(inputs)[0];
  }
}

function record(perSignature?: number) {
  class Engine extends FakeEngine {
    override runKernel(kernel: string, inputs: object): unknown {
      return super.runKernel(kernel, inputs);
    }
  }
  const engine = new Engine();
  const recorded = recordCalls(engine as never, {
    ...{ backend: 'cpu', maxValues: 4, origin: () => 'a test' },
    ...(perSignature === undefined ? {} : { perSignature }),
  });
  return { engine, recorded };
}

describe('recordCalls', () => {
  it('writes down operands, attributes and results, once', () => {
    const { engine, recorded } = record();
    const x = tensor(1, NaN);
    expect(engine.runKernel('Identity', { x, y: null })).toBe(x);
    engine.runKernel('Identity', { x });
    const copy = { dtype: 'float32', shape: [2], values: Float32Array.of(1, NaN) };
    expect(recorded()).toEqual({
      ...{ total: 2, skipped: {} },
      calls: [
        { kernel: 'Identity', inputs: { x: copy }, attrs: {}, outputs: [copy], origin: 'a test' },
      ],
    });
  });

  it('keeps so many calls with the same types', () => {
    const { engine, recorded } = record(2);
    for (const value of [1, 2, 3]) engine.runKernel('Concat', [tensor(value)]);
    engine.runKernel('Concat', [tensor(1, 2)]);
    expect(recorded().calls).toHaveLength(3);
  });

  it('leaves out other backends, and counts what is too large or no tensor', () => {
    const { engine, recorded } = record();
    engine.runKernel('Abs', { x: tensor(1, 2, 3, 4, 5) });
    engine.runKernel('Abs', { x: 'pixels' });
    engine.backendName = 'tensorflow';
    engine.runKernel('Abs', { x: tensor(1) });
    expect(recorded()).toEqual({ calls: [], total: 2, skipped: { Abs: 2 } });
  });
});
