import { describe, expect, it } from 'vitest';
import { checkCall, describeFailure } from './checkCall.ts';
import type { KernelCall, RecordedTensor } from './kernelCall.ts';

const floats = (...values: number[]): RecordedTensor => ({
  ...{ dtype: 'float32', shape: [values.length] },
  values: Float32Array.from(values),
});
const sign: KernelCall = {
  ...{ kernel: 'Sign', inputs: { x: floats(1.5, NaN) }, attrs: {} },
  ...{ outputs: [floats(1, 0)], origin: 'sign basic' },
};

describe('checkCall', () => {
  it('finds nothing where the results are equal', () => {
    expect(checkCall(sign, { outputs: [floats(1, 0)] })).toBeUndefined();
  });

  it('gives the words of an error on one line, without the status', () => {
    const error = 'Invalid TF_Status: 3\nMessage: Value for attr\n is not allowed ';
    expect(checkCall(sign, { error })).toMatchObject({
      ...{ size: undefined, reason: 'Value for attr is not allowed' },
    });
  });

  it('compares what is drawn at random only by its range', () => {
    const drawn: KernelCall = {
      ...{ kernel: 'Multinomial', inputs: { logits: floats(1, 1, 1) }, attrs: {} },
      ...{ outputs: [floats(0, 0)], origin: '' },
    };
    expect(checkCall(drawn, { outputs: [floats(2, 1)] })).toBeUndefined();
    expect(checkCall(drawn, { outputs: [floats(3, 1)] })?.reason).toContain('from 0 to 2');
  });

  it('takes the differences of a sum relative to its operands', () => {
    const sum: KernelCall = {
      ...{ kernel: 'Sum', inputs: { x: floats(1, -1) }, attrs: { axis: 0 } },
      ...{ outputs: [floats(0)], origin: '' },
    };
    expect(checkCall(sum, { outputs: [floats(6e-8)] })).toBeUndefined();
    expect(checkCall({ ...sum, kernel: 'Sub' }, { outputs: [floats(6e-8)] })).toBeDefined();
  });
});

describe('describeFailure', () => {
  it('writes down all that is needed to make the call again', () => {
    const failure = checkCall(sign, { outputs: [floats(1, NaN)] })!;
    expect(describeFailure(failure)).toBe(
      [
        'Sign: expected 0, received NaN',
        '  x: float32[2] = 1.5 NaN',
        '  attributes: {}',
        '  expected: float32[2] = 1 0',
        '  received: float32[2] = 1 NaN',
        '  recorded in: sign basic',
      ].join('\n'),
    );
  });

  it('shortens long tensors', () => {
    const long = { ...sign, inputs: [floats(...new Array<number>(70).fill(1))] };
    expect(describeFailure(checkCall(long, { error: 'no' })!)).toMatch(/ 1 1 … 6 more$/m);
  });
});
