import { expect, it } from 'vitest';
import { handOver } from './handOver.ts';

it('is given away once, and can be looked at until then', () => {
  const value = { large: true };
  const held = handOver(value);
  expect(held.peek()).toBe(value);
  expect(held.take()).toBe(value);
  expect(held.peek).toThrow('taken already');
  expect(held.take).toThrow('taken already');
});
