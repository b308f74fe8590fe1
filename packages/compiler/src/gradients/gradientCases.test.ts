import { beforeAll, describe, expect, it } from 'vitest';
import { checkGradients, gradientCases, useCpuBackend } from '../testing/index.ts';
import { installGradientFixes } from './index.ts';

beforeAll(async () => {
  await useCpuBackend();
  installGradientFixes();
});

describe.each(gradientCases)('$name', (row) => {
  it.each([1, 2] as const)('order %i equals finite differences', (order) => {
    const report = checkGradients({ ...row, order });
    expect(report.received.some((derivative) => Math.abs(derivative) > 0.01)).toBe(true);
  });
});

it('names every case once', () => {
  const names = gradientCases.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
