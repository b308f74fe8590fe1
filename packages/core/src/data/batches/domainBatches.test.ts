import { describe, expect, it } from 'vitest';
import { pairedBatches, unpairedBatches } from './domainBatches.ts';
import type { ImageDataset } from '../folders/imageDataset.ts';
import type { ImagePairs } from '../folders/openImagePairs.ts';

const SIZE = 6;

/** Images in memory: every pixel tells its image's number and its own column. */
function numbered(count: number, channels: 1 | 3 = 1): ImageDataset & { closed: number } {
  const imageBytes = SIZE * SIZE * channels;
  const dataset = {
    ...{ folder: 'pictures', imageSize: SIZE, channels, count, skipped: [], fingerprint: '' },
    ...{ paths: [], cachePath: '', fromCache: true, closed: 0 },
    read: (indices: ArrayLike<number>) =>
      Promise.resolve(
        Uint8Array.from({ length: indices.length * imageBytes }, (_, at) => {
          const column = Math.floor((at % imageBytes) / channels) % SIZE;
          const row = Math.floor((at % imageBytes) / channels / SIZE);
          return 40 * indices[Math.floor(at / imageBytes)]! + column + 6 * row;
        }),
      ),
    close: () => Promise.resolve(void dataset.closed++),
  };
  return dataset;
}

const bytes = (values: ArrayLike<number>) =>
  Array.from(values, (value) => Math.round((value + 1) * 127.5));
const imageOf = (values: ArrayLike<number>) => Math.floor(bytes(values)[0]! / 40);

describe('unpairedBatches', () => {
  const options = { batchSize: 1, seed: 3 };

  it.each([
    [6, 3],
    [3, 6],
  ])('makes an epoch as long as the larger of %i and %i', async (countA, countB) => {
    const source = unpairedBatches(
      { dataset: numbered(countA) },
      { dataset: numbered(countB) },
      options,
    );
    expect(source.stepsPerEpoch).toBe(6);
    const seen: { a: number; b: number }[] = [];
    for (let step = 0; step < 60; step++) {
      const { a, b } = await source.batchAt(step);
      seen.push({ a: imageOf(a.data), b: imageOf(b.data) });
    }
    // A in passes of its own, each complete; B drawn, each about equally often.
    for (let first = 0; first < 60; first += countA) {
      const pass = seen.slice(first, first + countA).map(({ a }) => a);
      expect(new Set(pass).size).toBe(countA);
    }
    const drawn = seen.map(({ b }) => b);
    expect(new Set(drawn).size).toBe(countB);
    const passes = Array.from({ length: 10 }, (_, at) =>
      drawn.slice(at * countB, (at + 1) * countB),
    );
    expect(passes.some((pass) => new Set(pass).size < countB)).toBe(true);
    // Every picture of A meets several of B.
    const partners = new Set(seen.filter(({ a }) => a === 0).map(({ b }) => b));
    expect(partners.size).toBeGreaterThan(1);
    // The same again, in any order.
    const { a, b } = await source.batchAt(17);
    expect({ a: imageOf(a.data), b: imageOf(b.data) }).toEqual(seen[17]);
  });

  it('cuts and mirrors each domain on its own, with its own channels', async () => {
    const a = { dataset: numbered(4, 3), imageSize: 4, flip: true };
    const b = { dataset: numbered(4, 1), imageSize: 5, flip: true };
    const source = unpairedBatches(a, b, { batchSize: 2, seed: 3 });
    const batch = await source.batchAt(0);
    expect(batch.a.shape).toEqual([2, 4, 4, 3]);
    expect(batch.b.shape).toEqual([2, 5, 5, 1]);
    await source.close();
    expect([a.dataset.closed, b.dataset.closed]).toEqual([1, 1]);
  });

  it('uses only the images that it is told to', async () => {
    const source = unpairedBatches(
      { dataset: numbered(6), images: [1, 4] },
      { dataset: numbered(6), images: [5, 0, 2] },
      options,
    );
    expect(source.stepsPerEpoch).toBe(3);
    const seen = { a: new Set<number>(), b: new Set<number>() };
    for (let step = 0; step < 30; step++) {
      const { a, b } = await source.batchAt(step);
      seen.a.add(imageOf(a.data));
      seen.b.add(imageOf(b.data));
    }
    expect([...seen.a].sort()).toEqual([1, 4]);
    expect([...seen.b].sort()).toEqual([0, 2, 5]);
  });

  it('wants one batch of each', () => {
    const make = () =>
      unpairedBatches(
        { dataset: numbered(6) },
        { dataset: numbered(2) },
        { batchSize: 4, seed: 0 },
      );
    expect(make).toThrow('data: expected at least 4 images (one batch) in "pictures", received 2.');
  });
});

describe('pairedBatches', () => {
  it('cuts and mirrors both pictures of a pair alike', async () => {
    const pairs: ImagePairs = {
      ...{ names: ['x', 'y', 'z'], single: [], close: () => Promise.resolve() },
      ...{ a: Int32Array.of(0, 1, 2), b: Int32Array.of(2, 0, 1) },
      ...{ datasetA: numbered(3), datasetB: numbered(3) },
    };
    const source = pairedBatches(pairs, { batchSize: 1, seed: 5, imageSize: 3, flip: true });
    expect(source.stepsPerEpoch).toBe(3);
    const looks = new Set<string>();
    for (let step = 0; step < 60; step++) {
      const { a, b } = await source.batchAt(step);
      const [left, right] = [bytes(a.data), bytes(b.data)];
      const [imageA, imageB] = [Math.floor(left[0]! / 40), Math.floor(right[0]! / 40)];
      expect(imageB).toBe(pairs.b[imageA]);
      const within = (values: number[], image: number) => values.map((value) => value - 40 * image);
      expect(within(right, imageB)).toEqual(within(left, imageA));
      looks.add(String(within(left, imageA)));
    }
    // 4 × 4 places, mirrored or not.
    expect(looks.size).toBeGreaterThan(20);
  });
});
