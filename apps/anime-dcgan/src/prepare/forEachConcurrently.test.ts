import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { forEachConcurrently } from './forEachConcurrently.ts';

describe('forEachConcurrently', () => {
  it('runs each item once, at most so many at a time', async () => {
    const seen: number[] = [];
    let running = 0;
    let most = 0;
    const task = async (item: number) => {
      most = Math.max(most, (running += 1));
      await setImmediate();
      seen.push(item);
      running -= 1;
    };
    await forEachConcurrently([1, 2, 3, 4, 5, 6, 7], 3, task);
    expect(seen.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it('throws the first error after the started tasks have ended', async () => {
    const ended: number[] = [];
    const task = async (item: number) => {
      if (item === 1) throw new Error('one');
      await setImmediate();
      ended.push(item);
    };
    await expect(forEachConcurrently([0, 1, 2, 3, 4], 2, task)).rejects.toThrow('one');
    expect(ended).toEqual([0]);
  });

  it('stops at an abort and throws its reason', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const task = async (item: number) => {
      seen.push(item);
      await setImmediate();
      if (item === 1) controller.abort(new Error('enough'));
    };
    const run = forEachConcurrently([0, 1, 2, 3], 1, task, controller.signal);
    await expect(run).rejects.toThrow('enough');
    expect(seen).toEqual([0, 1]);
  });
});
