import { describe, expect, it } from 'vitest';
import { gradientCases } from '../testing/cases/index.ts';
import { compareCompiled } from '../testing/compareCompiled.ts';
import { families, isRefused, refused } from './fixtures/families.ts';
import { lowerings } from './index.ts';

const covered = new Set<string>();

describe.each(Object.entries(families))('%s, compiled', (_, rows) => {
  it.each(rows)('$name', async (check) => {
    const { kernels, largestError } = await compareCompiled(check);
    for (const kernel of kernels) covered.add(kernel);
    expect(largestError).toBeLessThanOrEqual(check.tolerance ?? 1e-5);
  });
});

describe('the table', () => {
  it('has a row for every kernel', () => {
    expect(Object.keys(lowerings).filter((kernel) => !covered.has(kernel))).toEqual([]);
  });

  it.each(gradientCases.filter(({ name }) => isRefused(name)))('refuses $name', async (row) => {
    const message = refused[row.name] ?? /no lowering to ONNX:\n {2}Einsum, /;
    await expect(compareCompiled({ ...row, order: 2 })).rejects.toThrow(message);
  });
});
