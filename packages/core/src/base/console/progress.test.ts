import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { formatBytes, formatDuration, formatRate } from './format.ts';
import { createProgress } from './progress.ts';
import type { ProgressOptions } from './progress.ts';
import { createRateMeter } from './rateMeter.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0.0 s'],
    [0.42, '0.4 s'],
    [9.96, '10 s'],
    [42.4, '42 s'],
    [59.7, '1 min 00 s'],
    [200, '3 min 20 s'],
    [3599.8, '1 h 00 min'],
    [7500, '2 h 05 min'],
    [86_400 - 1, '1 d 0 h'],
    [97_200, '1 d 3 h'],
    [NaN, '?'],
    [Infinity, '?'],
    [-1, '?'],
  ])('writes %d s as %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [23_600_000, '24 MB'],
    [999_999, '1.0 MB'],
    [1.28e9, '1.3 GB'],
    [5e15, '5000 TB'],
  ])('writes %d as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('formatRate', () => {
  it.each([
    [123.4, '123 images/s'],
    [99.96, '100 images/s'],
    [12.34, '12.3 images/s'],
    [1.254, '1.25 images/s'],
    [0.15, '9.00 images/min'],
    [0.001, '3.60 images/h'],
    [0, '? images/s'],
    [NaN, '? images/s'],
    [Infinity, '? images/s'],
  ])('writes %d as %s', (rate, text) => expect(formatRate(rate, 'images')).toBe(text));
});

describe('createRateMeter', () => {
  it('forgets what is older than its window', () => {
    const meter = createRateMeter(0, 0, 10);
    expect(meter.rate()).toBeNaN();
    for (let second = 1; second <= 20; second++) meter.update(second, second);
    for (let second = 21; second <= 40; second++) meter.update(20 + (second - 20) * 5, second);
    expect(meter.rate()).toBeCloseTo(5, 10);
  });

  it('does not count what was done before', () => {
    const meter = createRateMeter(1000, 50);
    meter.update(1010, 55);
    expect(meter.rate()).toBe(2);
  });

  it('works with steps longer than its window', () => {
    const meter = createRateMeter(0, 0, 10);
    meter.update(1, 100);
    expect(meter.rate()).toBeCloseTo(0.01, 10);
    meter.update(2, 120);
    meter.update(3, 140);
    expect(meter.rate()).toBeCloseTo(0.05, 10);
  });
});

describe('createProgress', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function show(options: Partial<ProgressOptions> & { isTTY?: boolean }) {
    const written: string[] = [];
    const { isTTY = false, env = {}, ...rest } = options;
    const stream = { write: (text: string) => written.push(text), isTTY, columns: 120 };
    const progress = createProgress({ label: 'Training', unit: 'steps', env, stream, ...rest });
    return { progress, text: () => written.join(''), lines: () => written.join('').split('\n') };
  }

  describe('without a terminal', () => {
    it('prints a plain line at every tenth', () => {
      const { progress, text } = show({ total: 20 });
      for (let step = 1; step <= 8; step++) {
        vi.advanceTimersByTime(500);
        progress.update(step, `loss ${step}`);
      }
      expect(text()).toBe(
        'Training: 10 %, 2/20 steps, 2.00 steps/s, 9.0 s left, loss 2\n' +
          'Training: 20 %, 4/20 steps, 2.00 steps/s, 8.0 s left, loss 4\n' +
          'Training: 30 %, 6/20 steps, 2.00 steps/s, 7.0 s left, loss 6\n' +
          'Training: 40 %, 8/20 steps, 2.00 steps/s, 6.0 s left, loss 8\n',
      );
    });

    it('prints one line when several tenths pass at once, and the end once', () => {
      const { progress, lines } = show({ total: 100 });
      vi.advanceTimersByTime(1000);
      progress.update(55);
      vi.advanceTimersByTime(1000);
      progress.update(100);
      progress.stop();
      progress.stop();
      expect(lines()).toEqual([
        'Training: 50 %, 55/100 steps, 55.0 steps/s, 0.8 s left'.replace('50 %', '55 %'),
        'Training: 100 %, 100/100 steps, 50.0 steps/s, took 2.0 s',
        '',
      ]);
    });

    it('prints at least every 60 s, even when nothing moves', () => {
      const { progress, lines } = show({ total: 1000 });
      vi.advanceTimersByTime(50_000);
      progress.update(5);
      vi.advanceTimersByTime(10_000);
      vi.advanceTimersByTime(60_000);
      expect(lines().slice(0, -1)).toEqual([
        'Training: 0 %, 5/1000 steps, 6.00 steps/min, 2 h 46 min left',
        'Training: 0 %, 5/1000 steps, 6.00 steps/min, 2 h 46 min left',
      ]);
      vi.advanceTimersByTime(30_000);
      progress.update(100);
      vi.advanceTimersByTime(59_000);
      expect(lines()).toHaveLength(4);
      progress.stop();
      expect(vi.getTimerCount()).toBe(0);
      expect(lines()).toHaveLength(4);
    });

    it('shows the last state when it stops early', () => {
      const { progress, text } = show({ total: 100 });
      vi.advanceTimersByTime(1000);
      progress.update(3);
      progress.stop();
      progress.update(50);
      progress.log('saved');
      expect(text()).toBe('Training: 3 %, 3/100 steps, 3.00 steps/s, 32 s left\nsaved\n');
    });

    it('starts a resumed run where it is, with its own rate', () => {
      const { progress, text } = show({ total: 100, initial: 55 });
      vi.advanceTimersByTime(2500);
      progress.update(60);
      expect(text()).toBe('Training: 60 %, 60/100 steps, 2.00 steps/s, 20 s left\n');
    });

    it('counts without a total', () => {
      const { progress, text } = show({});
      vi.advanceTimersByTime(1000);
      progress.update(7);
      progress.stop();
      expect(text()).toBe('Training: 7 steps, 7.00 steps/s\n');
    });

    it.each([
      ['a pipe, in spite of FORCE_COLOR', { isTTY: false, env: { FORCE_COLOR: '1' } }],
      ['NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }],
      ['TERM=dumb', { isTTY: true, env: { TERM: 'dumb' } }],
    ])('is how it works with %s', (_name, options) => {
      const { progress, text } = show({ total: 2, ...options });
      progress.update(1);
      progress.stop();
      expect(text()).toMatch(/^Training: 50 %, 1\/2 steps/);
      expect(text()).not.toContain('\x1b');
    });
  });

  describe('on a terminal', () => {
    /** What a terminal of many rows shows after the text, for the codes that the bar uses. */
    function screen(text: string): string[] {
      const rows = [''];
      let column = 0;
      // eslint-disable-next-line no-control-regex
      for (const [part, code] of text.matchAll(/\x1b\[([0-9;?]*[A-Za-z])|\n|[^\x1b\n]+/g)) {
        const row = rows.at(-1) ?? '';
        if (part === '\n') {
          rows.push('');
          column = 0;
        } else if (code === undefined) {
          rows[rows.length - 1] = row.slice(0, column) + part + row.slice(column + part.length);
          column += part.length;
        } else if (code === '1G') column = 0;
        else if (code === '0K') rows[rows.length - 1] = row.slice(0, column);
        else if (code === '2K') rows[rows.length - 1] = '';
        else throw new Error(`unexpected code ${code}`);
      }
      return rows;
    }

    it('keeps one live line', () => {
      const { progress, text } = show({ total: 8, isTTY: true });
      expect(screen(text())).toEqual(['Training ░░░░░░░░░░░░░░░░░░░░░░░░ 0 % 0/8 steps']);
      vi.advanceTimersByTime(1000);
      progress.update(2, 'lossD 0.7');
      vi.advanceTimersByTime(200);
      expect(screen(text())).toEqual([
        'Training ██████░░░░░░░░░░░░░░░░░░ 25 % 2/8 steps, 2.00 steps/s, 3.0 s left, lossD 0.7',
      ]);
      vi.advanceTimersByTime(1000);
      progress.update(8);
      progress.stop();
      expect(screen(text())).toEqual([
        'Training ████████████████████████ 100 % 8/8 steps, 3.64 steps/s, took 2.2 s',
        '',
      ]);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('prints logged lines above it, at once and whole', () => {
      const { progress, text } = show({ total: 8, isTTY: true });
      const long = 'saved '.repeat(40).trim();
      progress.log(long);
      progress.log('again');
      const live = 'Training ░░░░░░░░░░░░░░░░░░░░░░░░ 0 % 0/8 steps';
      expect(screen(text())).toEqual([long, 'again', live]);
      progress.stop();
      progress.log('after');
      expect(screen(text())).toEqual([long, 'again', live, 'after', '']);
    });

    it('makes room for words: a shorter bar, then none', () => {
      const { progress, text } = show({ total: 8, isTTY: true });
      const rowAfter = (words: string): string | undefined => {
        progress.update(2, words);
        vi.advanceTimersByTime(200);
        return screen(text()).at(-1);
      };
      vi.advanceTimersByTime(1000);
      const [less, more] = ['x'.repeat(52), 'x'.repeat(68)];
      expect(rowAfter(less)).toBe(
        `Training ███░░░░░░░ 25 % 2/8 steps, 2.00 steps/s, 3.0 s left, ${less}`,
      );
      expect(rowAfter(more)).toBe(`Training 25 % 2/8 steps, 1.67 steps/s, 3.6 s left, ${more}`);
    });

    it('cuts the live line at the width of the terminal', () => {
      const { progress, text } = show({ total: 8, isTTY: true });
      progress.update(1, 'x'.repeat(200));
      progress.stop();
      expect(screen(text())[0]).toHaveLength(120);
    });
  });
});
