import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mapInOrder } from './mapInOrder.ts';

const items = Array.from({ length: 20 }, (_, index) => index);

describe('mapInOrder', () => {
  it('yields in order and never works on more than it may, however slow the consumer', async () => {
    let unfinished = 0;
    let most = 0;
    const results: number[] = [];
    const work = async (item: number) => {
      most = Math.max(most, ++unfinished);
      await sleep(item % 3);
      return item * 10;
    };
    for await (const result of mapInOrder(items, work, { workers: 4 })) {
      await sleep(1);
      unfinished--;
      results.push(result);
    }
    expect(results).toEqual(items.map((item) => item * 10));
    // The consumer counts as holding the one it has taken.
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(5);
  });

  it('reports a failure at its turn, after what came before', async () => {
    const seen: number[] = [];
    const work = async (item: number) => {
      if (item === 5) throw new Error('five failed');
      await sleep(1);
      return item;
    };
    const run = async () => {
      for await (const result of mapInOrder(items, work, { workers: 8 })) seen.push(result);
    };
    await expect(run()).rejects.toThrow('five failed');
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it('starts nothing more after a stop, and waits for what it has started', async () => {
    const stop = new AbortController();
    let running = 0;
    let started = 0;
    const work = async () => {
      started++;
      running++;
      await sleep(2);
      running--;
    };
    const run = async () => {
      for await (const _ of mapInOrder(items, work, { workers: 3, signal: stop.signal })) {
        stop.abort(new Error('enough'));
      }
    };
    await expect(run()).rejects.toThrow('enough');
    expect(started).toBe(3);
    expect(running).toBe(0);
  });
});
