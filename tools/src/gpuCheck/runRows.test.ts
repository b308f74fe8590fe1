import { describe, expect, it } from 'vitest';
import { crashingProgram, fakeProgram, hangingProgram } from './fakeProgram.ts';
import { endReason } from './reasons.ts';
import type { FinishedRow, PlannedRow } from './row.ts';
import { runChild } from './runChild.ts';
import { runRows, shareOf, type RunOptions } from './runRows.ts';

const row = (name: string, change: Partial<PlannedRow> = {}): PlannedRow => ({
  section: 'speed',
  labels: [name],
  seconds: 10,
  minimumSeconds: 5,
  run: () => Promise.resolve({ cells: [name] }),
  ...change,
});

const run = (rows: PlannedRow[], change: Partial<RunOptions> = {}) =>
  runRows(rows, {
    seconds: 100,
    concurrency: 2,
    signal: new AbortController().signal,
    whyNot: () => undefined,
    ...change,
  });

const notes = (rows: readonly FinishedRow[]) => rows.map(({ cells, note }) => cells?.[0] ?? note);

describe('shareOf', () => {
  const [small, large] = [row('small'), row('large', { seconds: 30 })];

  it('divides what is left by what the rows take', () => {
    expect(shareOf(small, [small, large], 100, 1)).toBe(25);
    expect(shareOf(large, [large], 75, 1)).toBe(75);
  });

  it('counts rows at the same time once', () => {
    const parallel = row('parallel', { isParallel: true });
    expect(shareOf(parallel, [parallel, parallel, small], 60, 2)).toBe(30);
  });

  it('gives the minimum even if others then get less, and nothing below it', () => {
    expect(shareOf(small, [small, large, large, large], 12, 1)).toBe(5);
    expect(shareOf(small, [small], 4, 1)).toBeUndefined();
    const free = row('free', { seconds: 0, minimumSeconds: 0 });
    expect(shareOf(free, [free], 3, 1)).toBe(0);
  });
});

describe('runRows', () => {
  it('leaves out what no time is left for', async () => {
    let now = 0;
    const slow = (name: string) =>
      row(name, {
        run: ({ seconds }) =>
          Promise.resolve({ cells: [String(seconds)] }).finally(() => (now += 60)),
      });
    const rows = await run([slow('a'), slow('b'), slow('c')], { now: () => now });
    expect(notes(rows)).toEqual([String(100 / 3), '20', 'no time left']);
  });

  it('kills a row that takes longer than its share and goes on', async () => {
    const hanging = row('hanging', {
      minimumSeconds: 0.1,
      seconds: 0,
      run: async (limit) => {
        await runChild(hangingProgram, limit);
        return { cells: ['never'] };
      },
    });
    const rows = await run([hanging, row('next')]);
    expect(notes(rows)).toEqual(['took longer than its 0 s', 'next']);
  });

  it('says why a row crashed and goes on', async () => {
    const crashing = row('crashing', {
      run: async (limit) => {
        throw new Error(endReason(await runChild(crashingProgram, limit)));
      },
    });
    const missing = row('missing', {
      run: async (limit) => {
        await runChild({ command: 'no-such-program', words: [] }, limit);
        return { cells: [] };
      },
    });
    expect(notes(await run([crashing, missing, row('next')]))).toEqual([
      'killed by SIGSEGV',
      'spawn no-such-program ENOENT',
      'next',
    ]);
  });

  it('runs rows of one table at the same time, and those of the next afterwards', async () => {
    const log: string[] = [];
    const logged = (name: string, section: PlannedRow['section'], isParallel: boolean) =>
      row(name, {
        ...{ section, isParallel },
        run: async () => {
          log.push(`${name} begins`);
          await new Promise(setImmediate);
          log.push(`${name} ends`);
          return { cells: [name] };
        },
      });
    const whyNot = ({ labels }: PlannedRow) => (labels[0] === 'never' ? 'no GPU' : undefined);
    const rows = await run(
      [
        logged('a', 'backends', true),
        logged('b', 'backends', true),
        logged('c', 'verification', true),
        logged('never', 'verification', true),
        logged('d', 'speed', false),
        logged('e', 'speed', false),
      ],
      { whyNot },
    );
    expect(notes(rows)).toEqual(['a', 'b', 'c', 'no GPU', 'd', 'e']);
    expect(log).toEqual([
      ...['a begins', 'b begins', 'a ends', 'b ends', 'c begins', 'c ends'],
      ...['d begins', 'd ends', 'e begins', 'e ends'],
    ]);
  });

  it('stops when the user interrupts', async () => {
    const controller = new AbortController();
    const interrupting = row('interrupting', {
      run: async (limit) => {
        setTimeout(() => controller.abort(new Error('Ctrl-C')), 100);
        await runChild(hangingProgram, limit);
        return { cells: [] };
      },
    });
    await expect(run([interrupting], { signal: controller.signal })).rejects.toThrow('Ctrl-C');
  });
});

describe('endReason', () => {
  it.each([
    [
      'libcuda.so.1: cannot open',
      'error: --backend onnx-cuda: cannot start on this machine (linux x64, Intel(R) Xeon(R)): libcuda.so.1: cannot open. It needs CUDA.',
    ],
    ['no such kind', 'warning\nno such kind'],
  ])('is the first sentence of the error: %s', async (reason, stderr) => {
    const program = fakeProgram(`console.error(${JSON.stringify(stderr)}); process.exitCode = 1`);
    const end = await runChild(program, { signal: new AbortController().signal });
    expect(endReason(end)).toBe(reason);
  });

  it('names an unusual exit code', async () => {
    const end = await runChild(fakeProgram('process.exitCode = 7'), {
      signal: new AbortController().signal,
    });
    expect(endReason(end)).toBe('exit code 7');
  });
});
