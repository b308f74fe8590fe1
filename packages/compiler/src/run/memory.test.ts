import { expect, it } from 'vitest';
import { hostTensor } from '../hostTensor.ts';
import { discard, ownArrays } from './memory.js';

it('frees a tensor, once', () => {
  const tensor = hostTensor([3], [1, 2, 3]);
  discard(tensor);
  expect(tensor.data.buffer.byteLength).toBe(0);
  discard(tensor);
  discard(undefined);
});

it('copies tensors that share memory, and no others', () => {
  const whole = Float32Array.of(1, 2, 3);
  const [a, b] = [hostTensor([1], whole.subarray(0, 1)), hostTensor([2], whole.subarray(1))];
  const c = hostTensor([1], [4]);
  const own = ownArrays({ a, b, c, again: c });
  expect(own).toEqual({ a, b, c, again: c });
  expect(own['c']!.data).toBe(c.data);
  const buffers = new Set(Object.values(own).map(({ data }) => data.buffer));
  expect(buffers.size).toBe(4);
  expect(buffers.has(whole.buffer)).toBe(false);
});
