import { hostTensor } from '@gan-zoo/compiler';
import { afterAll, describe, expect, it } from 'vitest';
import stored from './fixtures/features.json' with { type: 'json' };
import { twoPictures } from './fixtures/pictures.ts';
import { createFeatureExtractor } from './imageFeatures.ts';

const extractor = createFeatureExtractor({ batchSize: 3, threads: 1 });
afterAll(() => extractor.close());

describe('createFeatureExtractor', () => {
  it("sees what tfjs's own layers see, whatever the number of pictures", async () => {
    const pictures = twoPictures();
    const { data, shape } = await extractor.features(pictures);
    expect(shape).toEqual([2, 1280]);
    stored.flat().forEach((value, at) => expect(Math.abs(value - data[at]!)).toBeLessThan(1e-4));
    expect(Math.max(...stored.flat())).toBeGreaterThan(1);

    // Two blocks of three, the second filled up.
    const twice = hostTensor([4, 48, 40, 3], [...pictures.data, ...pictures.data]);
    const both = (await extractor.features(twice)).data;
    expect(both.length).toBe(4 * 1280);
    both.forEach((value, at) =>
      expect(Math.abs(value - data[at % data.length]!)).toBeLessThan(1e-5),
    );
  });

  it('takes grey pictures as colour ones of equal channels', async () => {
    const grey = Array.from({ length: 32 * 32 }, (_, at) => Math.sin(at / 9));
    const coloured = grey.flatMap((value) => [value, value, value]);
    const [one, three] = [
      await extractor.features(hostTensor([1, 32, 32, 1], grey)),
      await extractor.features(hostTensor([1, 32, 32, 3], coloured)),
    ];
    one.data.forEach((value, at) => expect(value).toBeCloseTo(three.data[at]!, 5));
  });

  it('refuses what are no pictures', async () => {
    await expect(extractor.features(hostTensor([2, 8, 8, 4]))).rejects.toThrow(
      'features: expected float32 pictures [N, H, W, C] with 1 or 3 channels, ' +
        'received float32 [2, 8, 8, 4].',
    );
  });
});
