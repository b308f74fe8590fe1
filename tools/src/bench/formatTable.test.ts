import { describe, expect, it } from 'vitest';
import { formatTable, type TableRow } from './formatTable.ts';

const side = (times: number[], peakBytes: number) => ({ times, peakBytes, variant: '' });
const rows: TableRow[] = [
  {
    title: 'D step',
    batchSize: 8,
    ours: side([40, 60, 50], 4e8),
    theirs: side([100, 100, 200], 5e8),
  },
];

describe('formatTable', () => {
  it('writes Markdown with figures to the right', () => {
    expect(formatTable(rows, 'PyTorch', true)).toBe(
      '| step | batch | ours | PyTorch | ours / theirs | of the rounds | our memory | their memory |\n' +
        '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n' +
        '| D step | 8 | 50.0 ms | 100.0 ms | 0.40 | 0.25–0.60 | 400 MB | 500 MB |',
    );
  });

  it('aligns the columns for a terminal', () => {
    const alone = [
      { ...rows[0]!, theirs: undefined },
      { ...rows[0]!, title: 'iteration' },
    ];
    const table = formatTable(alone as TableRow[], undefined, false).split('\n');
    expect(table[0]).toBe('step       batch     ours  our memory');
    expect(table[1]).toBe('D step         8  50.0 ms      400 MB');
  });
});
