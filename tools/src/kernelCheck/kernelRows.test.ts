import { describe, expect, it } from 'vitest';
import type { Failure } from './checkCall.ts';
import type { KernelCall, RecordedTensor } from './kernelCall.ts';
import { formatKernelTable, reasonsOf, unexpectedFailures, type KernelRow } from './kernelRows.ts';

const failure = (
  kernel: string,
  size: number | undefined,
  reason: string,
  inputs: KernelCall['inputs'] = {},
): Failure => ({
  ...{ call: { kernel, inputs, attrs: {}, outputs: [], origin: '' } },
  ...{ outcome: { error: '' }, size, reason },
});
const texts: RecordedTensor = { dtype: 'string', shape: [1], values: ['a'] };
const rows: KernelRow[] = [
  { kernel: 'Abs', calls: 3, failures: [] },
  {
    ...{ kernel: 'AvgPool', mended: 'refuses numbers', calls: 12 },
    failures: [
      failure('AvgPool', 0.002, 'expected 1, received 1.002'),
      failure('AvgPool', undefined, 'padding a | b'),
      failure('AvgPool', 0.25, 'expected 1, received 0.75'),
    ],
  },
];

describe('formatKernelTable', () => {
  it('counts what is equal, differs and is refused, and says why', () => {
    expect(formatKernelTable(rows, true)).toBe(
      [
        '| kernel | calls | equal to tfjs-cpu | differ | refused | reason |',
        '| --- | ---: | ---: | ---: | ---: | --- |',
        '| Abs | 3 | 3 | 0 | 0 |  |',
        '| AvgPool | 12 | 9 | 2 | 1 | mended: tfjs-node refuses numbers; padding a \\| b; expected 1, received 0.75 (2.5e-1 of the largest value) |',
        '| all | 15 | 12 | 2 | 1 |  |',
      ].join('\n'),
    );
  });

  it('aligns the columns for a terminal', () => {
    const lines = formatKernelTable(rows.slice(0, 1), false).split('\n');
    expect(lines[0]).toBe('kernel  calls  equal to tfjs-cpu  differ  refused  reason');
    expect(lines[1]).toBe('Abs         3                  3       0        0');
  });
});

describe('expected failures', () => {
  const strings = failure('Less', undefined, 'no kernel', { a: texts });
  const numbers = failure('Less', undefined, 'out of memory');
  const row: KernelRow = { kernel: 'Less', calls: 9, failures: [strings, numbers] };

  it('are those of the calls that the table covers', () => {
    expect(unexpectedFailures(row)).toEqual([numbers]);
  });

  it('give their reason in words', () => {
    expect(reasonsOf(row)).toBe('out of memory; as expected: TensorFlow does not order strings');
  });
});
