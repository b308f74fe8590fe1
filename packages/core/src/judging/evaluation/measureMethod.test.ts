import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { describe, expect, it } from 'vitest';
import type { FeatureExtractor } from './imageFeatures.ts';
import { joinRows, measureMethod } from './measureMethod.ts';

const flat = (...levels: number[]): HostTensor =>
  hostTensor(
    [levels.length, 11, 11, 1],
    levels.flatMap((level) => Array.from({ length: 121 }, () => level)),
  );

/** Features that are the first pixel of a picture. */
const extractor: FeatureExtractor = {
  features: ({ data, shape }) =>
    Promise.resolve(
      hostTensor(
        [shape[0]!, 1],
        Array.from({ length: shape[0]! }, (_, at) => data[at * 121]!),
      ),
    ),
  close: () => Promise.resolve(),
};

describe('measureMethod', () => {
  it('takes means over all blocks, and the KID of all features', async () => {
    const method = measureMethod({ name: 'model', isBaseline: false, extractor });
    await method.add(flat(0, 0.5), flat(0.2, 0.5));
    await method.add(flat(-1), flat(-0.6));
    expect(method.l1.map((value) => value.toFixed(4))).toEqual(['0.1000', '0.0000', '0.2000']);
    const { measures, kidDeviation, ...rest } = method.result(hostTensor([3, 1], [0, 0.5, -1]));
    expect(rest).toEqual({ name: 'model', isBaseline: false });
    expect(measures.l1).toBeCloseTo(0.1, 6);
    expect(measures.psnr).toBeCloseTo((20 + 100 - 20 * Math.log10(0.2)) / 3, 4);
    expect(measures.ssim).toBeLessThan(1);
    expect(measures.kid).toBeLessThan(0.5);
    expect(kidDeviation).toBeGreaterThan(0);
  });

  it('leaves out what it cannot measure', async () => {
    const method = measureMethod({ name: 'a', isBaseline: true, extractor: undefined });
    await method.add(flat(0));
    expect(method.result(hostTensor([2, 1]))).toEqual({
      name: 'a',
      isBaseline: true,
      measures: {},
    });
  });
});

describe('joinRows', () => {
  it('joins along the first axis', () => {
    expect(joinRows([])).toBeUndefined();
    expect(joinRows([hostTensor([1, 2], [1, 2]), hostTensor([2, 2], [3, 4, 5, 6])])).toEqual(
      hostTensor([3, 2], [1, 2, 3, 4, 5, 6]),
    );
  });
});
