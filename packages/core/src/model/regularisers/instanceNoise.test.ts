import { describe, expect, it } from 'vitest';
import { createRandom } from '../random/index.ts';
import { createNoiseBank, instanceNoiseAt } from './instanceNoise.ts';

const shape = [8, 16, 16, 3];
const pictureSize = 768;
const args = { shape, stream: 'noise', step: 0, standardDeviation: 0.1 };
const bank = createNoiseBank(createRandom(2));

const correlation = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sums = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    sums = [sums[0]! + a[i]! * b[i]!, sums[1]! + a[i]! ** 2, sums[2]! + b[i]! ** 2];
  }
  return sums[0]! / Math.sqrt(sums[1]! * sums[2]!);
};

describe('instanceNoiseAt', () => {
  it('falls in a straight line to 0 and stays there', () => {
    const levels = [0, 250, 500, 1000, 5000].map((step) => instanceNoiseAt(0.2, 1000, step));
    expect(levels.map((level) => Number(level.toFixed(9)))).toEqual([0.2, 0.15, 0.1, 0, 0]);
  });
});

describe('createNoiseBank', () => {
  it('draws normal noise of the standard deviation, without a mean', () => {
    const { data, shape: received } = bank.draw({ ...args, shape: [64, 16, 16, 3] });
    expect(received).toEqual([64, 16, 16, 3]);
    const mean = [...data].reduce((sum, value) => sum + value, 0) / data.length;
    const variance = [...data].reduce((sum, value) => sum + value ** 2, 0) / data.length;
    expect(Math.abs(mean)).toBeLessThan(0.002);
    expect(Math.sqrt(variance)).toBeGreaterThan(0.098);
    expect(Math.sqrt(variance)).toBeLessThan(0.102);
  });

  it('draws other noise for each picture, step and use, and the same again', () => {
    const { data } = bank.draw(args);
    const first = data.subarray(0, pictureSize);
    const others = [
      data.subarray(pictureSize, 2 * pictureSize),
      bank.draw({ ...args, step: 1 }).data.subarray(0, pictureSize),
      bank.draw({ ...args, stream: 'other' }).data.subarray(0, pictureSize),
    ];
    for (const other of others) expect(Math.abs(correlation(first, other))).toBeLessThan(0.15);
    expect(bank.draw(args).data).toEqual(data);
    expect(createNoiseBank(createRandom(2)).draw(args).data).toEqual(data);
    expect(createNoiseBank(createRandom(3)).draw(args).data).not.toEqual(data);
  });

  it('does not depend on what else was drawn, be it larger', () => {
    const other = createNoiseBank(createRandom(2));
    other.draw({ ...args, shape: [1, 320, 320, 3] });
    expect(other.draw(args).data).toEqual(bank.draw(args).data);
  });
});
