import { afterEach, beforeEach, expect, it } from 'vitest';
import { openImageFolder } from '../folders/openImageFolder.ts';
import { readFixed } from './readFixed.ts';
import { pattern, plain, testFolder, type TestFolder } from '../folders/testFolder.ts';

let images: TestFolder;
let cache: TestFolder;
beforeEach(async () => {
  [images, cache] = await Promise.all([testFolder(), testFolder()]);
});
afterEach(() => Promise.all([images.remove(), cache.remove()]));

it('reads images as they are, in the order that is asked for', async () => {
  for (const seed of [0, 1, 2]) await images.add(`${seed}.png`, await pattern(seed));
  const dataset = await openImageFolder({
    ...{ folder: images.path, imageSize: 16, cacheFolder: cache.path },
  });
  const fixed = await readFixed(dataset, [2, 0]);
  const pixels = await dataset.read([2, 0]);
  expect(fixed.shape).toEqual([2, 16, 16, 3]);
  expect(fixed.data).toEqual(Float32Array.from(pixels, (byte) => byte / 127.5 - 1));
  await dataset.close();
});

it.each([1, 3] as const)('resizes images of %i channels', async (channels) => {
  for (const [name, level] of [
    ['a', '#333'],
    ['b', '#fff'],
    ['c', '#000'],
  ]) {
    await images.add(`${name}.png`, await plain(level!, 40).png().toBuffer());
  }
  const dataset = await openImageFolder({
    ...{ folder: images.path, imageSize: 20, channels, cacheFolder: cache.path },
  });
  const fixed = await readFixed(dataset, [1, 0, 2], 12);
  expect(fixed.shape).toEqual([3, 12, 12, channels]);
  const means = [0, 1, 2].map((place) => fixed.data[(place * 144 + 70) * channels]!);
  [1, 0x33 / 127.5 - 1, -1].forEach((level, at) => expect(means[at]).toBeCloseTo(level, 6));
  await dataset.close();
});
