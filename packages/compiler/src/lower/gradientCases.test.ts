import { describe, expect, it } from 'vitest';
import { gradientCases } from '../testing/cases/index.ts';
import { compareCompiled } from '../testing/compareCompiled.ts';

describe('the table of gradient cases, compiled', () => {
  it.each(gradientCases)('$name', async (row) => {
    const report = await compareCompiled({ ...row, order: 2, tolerance: 3e-5 });
    expect(report.largestError).toBeLessThan(3e-5);
  });
});
