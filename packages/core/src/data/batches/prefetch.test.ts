import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { BatchSource } from './batchSource.ts';
import { prefetch } from './prefetch.ts';

afterEach(() => vi.restoreAllMocks());

/** Batches that are text; remembers which steps were read. */
function texts(readStep: (step: number) => Promise<string> = (step) => Promise.resolve(`${step}`)) {
  const read: number[] = [];
  let closed = 0;
  const source: BatchSource<string> = {
    stepsPerEpoch: 10,
    batchAt: (step) => {
      read.push(step);
      return readStep(step);
    },
    close: () => Promise.resolve(void closed++),
  };
  return { source, read, closed: () => closed };
}

describe('prefetch', () => {
  it('gives the batches of the source and reads each once', async () => {
    const { source, read } = texts();
    const ahead = prefetch(source);
    expect(ahead.stepsPerEpoch).toBe(10);
    for (let step = 0; step < 6; step++) {
      expect(await ahead.batchAt(step)).toBe(`${step}`);
      await turn();
    }
    expect(read).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('reads as many ahead as it is told, and no more', async () => {
    const { source, read } = texts();
    const ahead = prefetch(source, { ahead: 3 });
    await ahead.batchAt(4);
    await sleep(5);
    expect(read).toEqual([4, 5, 6, 7]);
  });

  it('follows a jump to another step', async () => {
    const { source, read } = texts();
    const ahead = prefetch(source, { ahead: 1 });
    await ahead.batchAt(0);
    await turn();
    expect(await ahead.batchAt(50)).toBe('50');
    await turn();
    expect(await ahead.batchAt(0)).toBe('0');
    expect(read).toEqual([0, 1, 50, 51, 0]);
  });

  it('reports a failed read at its own step, and tries again when asked again', async () => {
    let isBroken = true;
    const { source } = texts((step) =>
      step === 2 && isBroken ? Promise.reject(new Error('disk gone')) : Promise.resolve(`${step}`),
    );
    const ahead = prefetch(source);
    for (const step of [0, 1]) {
      expect(await ahead.batchAt(step)).toBe(`${step}`);
      await sleep(2);
    }
    await expect(ahead.batchAt(2)).rejects.toThrow('disk gone');
    isBroken = false;
    await turn();
    expect(await ahead.batchAt(2)).toBe('2');
  });

  it('keeps quiet about a failed read that nobody asks for', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const { source, closed } = texts((step) => {
      if (step > 0) throw new Error('thrown, not rejected');
      return Promise.resolve('0');
    });
    const ahead = prefetch(source);
    await ahead.batchAt(0);
    await sleep(5);
    await ahead.close();
    await sleep(5);
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(closed()).toBe(1);
  });

  it('waits for what is being read before it closes the source', async () => {
    let finished = 0;
    const { source, closed } = texts(async (step) => {
      await sleep(10);
      finished++;
      return `${step}`;
    });
    const ahead = prefetch(source);
    await ahead.batchAt(0);
    await turn();
    await Promise.all([ahead.close(), ahead.close()]);
    expect(finished).toBe(3);
    expect(closed()).toBe(1);
    await expect(ahead.batchAt(1)).rejects.toThrow(
      'data: batch 1 was asked for after the data was closed.',
    );
  });

  it('adds up how long callers have waited, the first time apart', async () => {
    let clock = 1000;
    vi.spyOn(performance, 'now').mockImplementation(() => clock);
    const costs = [70, 5, 6];
    const { source } = texts((step) => {
      if (step < costs.length) clock += costs[step]!;
      return Promise.resolve(`${step}`);
    });
    const ahead = prefetch(source, { ahead: 0 });
    for (const step of [0, 1, 2]) await ahead.batchAt(step);
    expect(ahead.firstWaitMs).toBe(70);
    expect(ahead.waitedMs).toBe(11);
  });
});
