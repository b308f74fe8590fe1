import { describe, expect, it } from 'vitest';
import { decodeStored } from './storedDtypes.ts';

const bytesOf = (values: NodeJS.TypedArray): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** The value of a binary16 by its definition. */
function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = (half & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

describe('decodeStored', () => {
  it('reads every half-precision number', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const { dtype, data } = decodeStored('F16', bytesOf(halves), 'test');
    expect(dtype).toBe('float32');
    const wrong = [...halves].filter((half) => !Object.is(data[half], halfValue(half)));
    expect(wrong).toEqual([]);
  });

  it('reads every bfloat16 as the upper half of a float32', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const { data } = decodeStored('BF16', bytesOf(halves), 'test');
    const view = new DataView(new ArrayBuffer(4));
    const wrong = [...halves].filter((half) => {
      view.setUint16(0, half);
      return !Object.is(data[half], view.getFloat32(0));
    });
    expect(wrong).toEqual([]);
  });

  it('rounds doubles and refuses those beyond float32', () => {
    const doubles = new Float64Array([1 / 3, -0, NaN, Infinity, 1e-300]);
    const expected = new Float32Array([Math.fround(1 / 3), -0, NaN, Infinity, 0]);
    expect(decodeStored('F64', bytesOf(doubles), 'test').data).toEqual(expected);
    expect(() => decodeStored('F64', bytesOf(new Float64Array([1, 1e39])), 'w: "x"')).toThrow(
      'w: "x": expected values that fit float32, received 1e+39. ' +
        'Convert the tensor before it is saved, or leave it out of the file.',
    );
  });

  it('narrows 64-bit whole numbers and refuses those beyond int32', () => {
    const longs = new BigInt64Array([0n, -1n, 2147483647n, -2147483648n]);
    const { dtype, data } = decodeStored('I64', bytesOf(longs), 'test');
    expect({ dtype, data }).toEqual({
      dtype: 'int32',
      data: new Int32Array([0, -1, 2147483647, -2147483648]),
    });
    for (const value of [2147483648n, -2147483649n, 1n << 62n]) {
      const bytes = bytesOf(new BigInt64Array([value]));
      expect(() => decodeStored('I64', bytes, 'test')).toThrow(
        `test: expected values that fit int32, received ${value}.`,
      );
    }
  });

  it('widens small whole numbers and turns any set byte into a flag', () => {
    const bytes = new Uint8Array([0, 1, 127, 128, 255, 254]);
    const read = (dtype: 'U8' | 'I8' | 'I16' | 'BOOL') => [...decodeStored(dtype, bytes, 't').data];
    expect(read('U8')).toEqual([0, 1, 127, 128, 255, 254]);
    expect(read('I8')).toEqual([0, 1, 127, -128, -1, -2]);
    expect(read('I16')).toEqual([256, -32641, -257]);
    expect(read('BOOL')).toEqual([0, 1, 1, 1, 1, 1]);
  });

  it('shares aligned memory and copies other', () => {
    const buffer = new ArrayBuffer(16);
    const aligned = decodeStored('F32', new Uint8Array(buffer, 4, 8), 'test').data;
    expect(aligned.buffer).toBe(buffer);
    const bytes = new Uint8Array(buffer, 5, 8);
    bytes.set(bytesOf(new Float32Array([1.5, -2])));
    const moved = decodeStored('F32', bytes, 'test').data;
    expect([...moved]).toEqual([1.5, -2]);
    expect(moved.buffer).not.toBe(buffer);
  });
});
