import { describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';

const draws = (seed = 7, name = 'test', index = 0) => createRandom(seed).stream(name).at(index);

/** Mean, standard deviation, skewness and kurtosis. */
function moments(values: ArrayLike<number>): number[] {
  const all = Array.from(values);
  const average = (change: (value: number) => number) =>
    all.reduce((sum, value) => sum + change(value), 0) / all.length;
  const mean = average((value) => value);
  const deviation = Math.sqrt(average((value) => (value - mean) ** 2));
  const standard = (power: number) => average((value) => ((value - mean) / deviation) ** power);
  return [mean, deviation, standard(3), standard(4)];
}

/** Pearson's statistic of counts against equal expectations. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function countBins(values: Iterable<number>, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[value]!++;
  return counts;
}

describe('createRandom: which numbers', () => {
  it('keeps its sequence from version to version', () => {
    const stream = createRandom(42).stream('latents');
    const at = stream.at(3);
    expect([at.uniform(), at.integer(1000), at.integer(1000)]).toMatchInlineSnapshot(`
      [
        0.04069468854200653,
        639,
        14,
      ]
    `);
    expect([...stream.at(3).permutation(8)]).toMatchInlineSnapshot(`
      [
        1,
        2,
        7,
        0,
        4,
        6,
        5,
        3,
      ]
    `);
    expect([...stream.at(2 ** 53 - 1).uniforms(3)]).toMatchInlineSnapshot(`
      [
        0.5817402005195618,
        0.3576371669769287,
        0.3038180470466614,
      ]
    `);
    expect([...stream.at(3).normals(3)].map((v) => v.toFixed(5))).toMatchInlineSnapshot(`
      [
        "-1.64008",
        "-1.92703",
        "0.01738",
      ]
    `);
  });

  it('gives the same numbers for the same seed, stream and index, whatever was drawn before', () => {
    const random = createRandom(5);
    const stream = random.stream('latents');
    stream.at(8).normals(100);
    random.stream('shuffle').at(9).permutation(10);
    expect(stream.at(9).normals(10)).toEqual(createRandom(5).stream('latents').at(9).normals(10));
  });

  it.each([
    ['seeds', () => draws(8, 'test', 0)],
    ['seeds above 2^32', () => draws(7 + 2 ** 32, 'test', 0)],
    ['streams', () => draws(7, 'tesu', 0)],
    ['indices', () => draws(7, 'test', 1)],
    ['indices above 2^32', () => draws(7, 'test', 2 ** 32)],
  ])('gives unrelated numbers for different %s', (_, other) => {
    const a = draws().normals(20_000);
    const b = other().normals(20_000);
    const products = a.map((value, place) => value * b[place]!);
    expect(Math.abs(moments(products)[0]!)).toBeLessThan(4 / Math.sqrt(20_000));
  });

  it('gives in one call what single calls give', () => {
    const single = draws();
    const wanted = Float32Array.from({ length: 7 }, () => 2 + 3 * single.normal());
    expect(draws().normals(7, { mean: 2, standardDeviation: 3 })).toEqual(wanted);
  });

  it('tells its seed and the name of a stream', () => {
    expect(createRandom(11).seed).toBe(11);
    expect(createRandom(11).stream('augment').name).toBe('augment');
  });
});

describe('RandomDraws: distributions', () => {
  it('uniform: in [0, 1), flat, uncorrelated', () => {
    const at = draws();
    const values = Array.from({ length: 100_000 }, () => at.uniform());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    // 63 degrees of freedom: 103.4 is exceeded once in a thousand.
    const bins = values.map((value) => Math.floor(value * 64));
    expect(chiSquare(countBins(bins, 64))).toBeLessThan(103.4);
    const pairs = values.slice(1).map((value, place) => (value - 0.5) * (values[place]! - 0.5));
    expect(Math.abs(moments(pairs)[0]!)).toBeLessThan((4 / 12) * Math.sqrt(1 / 100_000));
  });

  it('uniforms: float32 values below 1 with 24 bits', () => {
    const values = draws().uniforms(200_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(values.every((value) => Number.isInteger(value * 2 ** 24))).toBe(true);
    const bins = Array.from(values, (value) => Math.floor(value * 64));
    expect(chiSquare(countBins(bins, 64))).toBeLessThan(103.4);
  });

  it('normals: moments, tails and quantiles of N(0, 1)', () => {
    const values = draws().normals(200_000);
    const [mean, deviation, skewness, kurtosis] = moments(values);
    expect(mean).toBeCloseTo(0, 2);
    expect(deviation).toBeCloseTo(1, 2);
    expect(Math.abs(skewness!)).toBeLessThan(0.025);
    expect(Math.abs(kurtosis! - 3)).toBeLessThan(0.05);
    const below = (bound: number) => values.filter((value) => value < bound).length / values.length;
    expect(below(-1.959964)).toBeCloseTo(0.025, 2.5);
    expect(below(0.6744898)).toBeCloseTo(0.75, 2);
    expect(below(2.326348)).toBeCloseTo(0.99, 2.5);
  });

  it('normals: mean and standard deviation as asked', () => {
    const [mean, deviation] = moments(
      draws().normals(50_000, { mean: -3, standardDeviation: 0.5 }),
    );
    expect(mean).toBeCloseTo(-3, 1.7);
    expect(deviation).toBeCloseTo(0.5, 1.7);
    expect([...draws().normals(2, { mean: 4, standardDeviation: 0 })]).toEqual([4, 4]);
  });

  it('integer: every value equally often, also where folding would be uneven', () => {
    const at = draws();
    const small = Array.from({ length: 70_000 }, () => at.integer(7));
    // 6 degrees of freedom: 22.5 is exceeded once in a thousand.
    expect(chiSquare(countBins(small, 7))).toBeLessThan(22.5);
    // Folding a word into 3 * 2^30 values would put half of the draws into the first third.
    const large = Array.from({ length: 30_000 }, () =>
      Math.floor(at.integer(3 * 2 ** 30) / 2 ** 30),
    );
    expect(chiSquare(countBins(large, 3))).toBeLessThan(13.8);
    const huge = Array.from({ length: 30_000 }, () =>
      Math.floor(at.integer(3 * 2 ** 51) / 2 ** 51),
    );
    expect(chiSquare(countBins(huge, 3))).toBeLessThan(13.8);
    expect(at.integer(1)).toBe(0);
  });

  it('permutation: each number once, every order equally often', () => {
    expect([...draws().permutation(1000)].sort((a, b) => a - b)).toEqual([...Array(1000).keys()]);
    const stream = createRandom(3).stream('orders');
    const counts = new Map<string, number>();
    for (let index = 0; index < 12_000; index++) {
      const order = stream.at(index).permutation(4).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // 23 degrees of freedom.
    expect(chiSquare([...counts.values()])).toBeLessThan(49.7);
  });

  it('bernoulli: zeros and ones at the given rate', () => {
    const values = draws().bernoulli(100_000, 0.3);
    expect(new Set(values)).toEqual(new Set([0, 1]));
    expect(moments(values)[0]).toBeCloseTo(0.3, 2);
    expect(new Set(draws().bernoulli(1000, 0))).toEqual(new Set([0]));
    expect(new Set(draws().bernoulli(1000, 1))).toEqual(new Set([1]));
  });

  it('gives empty arrays for a count of 0', () => {
    expect(draws().normals(0)).toEqual(new Float32Array(0));
    expect(draws().permutation(0)).toEqual(new Int32Array(0));
  });
});

describe('createRandom: errors', () => {
  it.each([-1, 1.5, NaN, 2 ** 53, '7' as unknown as number])('refuses the seed %s', (seed) => {
    expect(() => createRandom(seed)).toThrow(
      `random: seed: expected a whole number from 0 to 2^53 - 1, received ${seed}. ` +
        'Choose one such as 42.',
    );
  });

  it.each([
    [() => draws(1, 's', -1), 'random stream "s": index: expected a whole number from 0 to'],
    [
      () => draws(1, 's').integer(0),
      'random stream "s": integer: expected a bound that is a whole number from 1 to 2^53 - 1, received 0.',
    ],
    [
      () => draws(1, 's').normals(-2),
      'random stream "s": normals: expected a count that is a whole number of at least 0, received -2.',
    ],
    [
      () => draws(1, 's').permutation(2.5),
      'random stream "s": permutation: expected a count that is a whole number of at least 0, received 2.5.',
    ],
    [
      () => draws(1, 's').bernoulli(3, 1.2),
      'random stream "s": bernoulli: expected a probability from 0 to 1, received 1.2.',
    ],
    [
      () => draws(1, 's').normals(3, { standardDeviation: -1 }),
      'random stream "s": normals: expected a finite mean and a standard deviation of at least 0, received mean 0 and standard deviation -1.',
    ],
  ])('%#: names the stream and what it received', (act, message) => {
    expect(act).toThrow(message);
  });
});
