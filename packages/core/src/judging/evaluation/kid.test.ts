import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../model/random/index.ts';
import { kernelInceptionDistance, squaredMeanDiscrepancy } from './kid.ts';
import measures from './fixtures/measures.json' with { type: 'json' };

const matrix = (rows: readonly (readonly number[])[]): HostTensor =>
  hostTensor([rows.length, rows[0]!.length], rows.flat());

/** Rows from a normal distribution with the given mean. */
const normals = (name: string, count: number, mean: number): HostTensor =>
  hostTensor(
    [count, 8],
    createRandom(3)
      .stream(name)
      .at(0)
      .normals(count * 8, { mean }),
  );

describe('kernelInceptionDistance', () => {
  it("is numpy's unbiased estimate on the whole sets", () => {
    const { x, y, distance } = measures.kid;
    const measured = kernelInceptionDistance(matrix(x), matrix(y), { subsetSize: 6 });
    expect(measured.mean).toBeCloseTo(distance, 5);
    expect(measured).toMatchObject({ standardDeviation: 0, subsets: 1, subsetSize: 6 });
  });

  it('is the closed form for sets of two', () => {
    // One feature: k(a, b) = (a·b + 1)³. Within x: 3³, within y: 5³; across: 1, 1, 3³, 5³ … by hand.
    const [x, y] = [matrix([[1], [2]]), matrix([[0], [4]])];
    const across = (1 + 125 + 1 + 729) / 4;
    const { mean } = kernelInceptionDistance(x, y, { subsetSize: 2 });
    expect(mean).toBeCloseTo(27 + 1 - 2 * across, 6);
  });

  it('is about 0 for one distribution and grows with the distance of two', () => {
    const distance = (mean: number) =>
      kernelInceptionDistance(normals('a', 200, 0), normals('b', 200, mean));
    const [same, near, far] = [distance(0), distance(0.5), distance(1)];
    expect(Math.abs(same.mean)).toBeLessThan(3 * same.standardDeviation);
    expect(near.mean).toBeGreaterThan(10 * Math.abs(same.mean));
    expect(far.mean).toBeGreaterThan(3 * near.mean);
    expect(same).toMatchObject({ subsets: 100, subsetSize: 100 });
  });

  it('takes sets of different sizes at once', () => {
    const { x, y, distance, fewer } = measures.kid;
    expect(squaredMeanDiscrepancy(matrix(x), matrix(y))).toBeCloseTo(distance, 5);
    expect(squaredMeanDiscrepancy(matrix(x.slice(0, 4)), matrix(y))).toBeCloseTo(fewer, 5);
  });

  it('averages subsets that the seed chooses', () => {
    const [x, y] = [normals('a', 30, 0), normals('b', 20, 0.3)];
    const of = (seed: number, subsets: number) =>
      kernelInceptionDistance(x, y, { subsetSize: 10, subsets, random: createRandom(seed) });
    expect(of(1, 5)).toEqual(of(1, 5));
    expect(of(1, 5).mean).not.toBe(of(2, 5).mean);
    expect(of(1, 5).standardDeviation).toBeGreaterThan(0);
    // Every subset estimates the same distance without bias.
    const whole = kernelInceptionDistance(
      hostTensor([20, 8], x.data.slice(0, 160) as Float32Array),
      y,
      {
        subsetSize: 20,
      },
    );
    expect(Math.abs(of(1, 400).mean - whole.mean)).toBeLessThan(0.3);
  });

  it('says what is wrong', () => {
    expect(() => kernelInceptionDistance(matrix([[1, 2]]), matrix([[1], [2]]))).toThrow(
      'KID: expected features [M, D] and [N, D] of at least 2 pictures each, ' +
        'received [1, 2] and [2, 1].',
    );
    const three = matrix([[1], [2], [3]]);
    expect(() => kernelInceptionDistance(three, three, { subsetSize: 4 })).toThrow(
      'KID: expected subsets of 2 to 3 pictures, which is what the smaller set has, received 4.',
    );
  });
});
