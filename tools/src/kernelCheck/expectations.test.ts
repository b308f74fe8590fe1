import { describe, expect, it } from 'vitest';
import { expectationOf, needlessExpectations } from './expectations.ts';
import type { KernelCall, RecordedTensor } from './kernelCall.ts';

const callOf = (kernel: string, attrs: object, ...inputs: RecordedTensor[]): KernelCall => ({
  ...{ kernel, inputs, attrs: { ...attrs }, outputs: [], origin: '' },
});
const floats = (...values: number[]): RecordedTensor => ({
  ...{ dtype: 'float32', shape: [values.length] },
  values: Float32Array.from(values),
});

describe('expectationOf', () => {
  it('covers kernels, or only some of their calls', () => {
    expect(expectationOf(callOf('RaggedRange', {}))).toBe('tfjs-node has no kernel for it');
    expect(expectationOf(callOf('Unique', {}, floats(1, NaN)))).toContain('NaN');
    expect(expectationOf(callOf('Unique', {}, floats(1)))).toBeUndefined();
    expect(expectationOf(callOf('TopK', { sorted: true }))).toBeUndefined();
    expect(expectationOf(callOf('TopK', { sorted: false }))).toContain('order');
    expect(expectationOf(callOf('Abs', {}, floats(NaN)))).toBeUndefined();
  });
});

describe('needlessExpectations', () => {
  it('are those that no failure needs', () => {
    const failed = [callOf('RaggedRange', {}), callOf('TopK', { sorted: true })];
    expect(needlessExpectations(failed)).toContain('TopK');
    expect(needlessExpectations(failed)).not.toContain('RaggedRange');
  });
});
