import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { describe, expect, it } from 'vitest';
import type { FeatureExtractor } from '../../../judging/evaluation/index.ts';
import { createRandom } from '../../../model/random/index.ts';
import { compareWithReal, diversityOf, nearestOf } from './compareWithReal.ts';

const features = (...rows: number[][]): HostTensor =>
  hostTensor([rows.length, rows[0]!.length], Float32Array.from(rows.flat()));

describe('nearestOf', () => {
  it('finds the row of the smallest angle, however long it is', () => {
    const found = nearestOf(features([1, 0], [3, 3.1]), features([9, 9], [0.1, 0], [0, 1]));
    expect(found.map(({ place }) => place)).toEqual([1, 0]);
    expect(found[0]!.distance).toBeCloseTo(0, 9);
  });
});

describe('diversityOf', () => {
  it('is 0 of equal rows and 1 of rows at right angles', () => {
    expect(diversityOf(features([1, 2], [2, 4], [1, 2]))).toBeCloseTo(0, 9);
    expect(diversityOf(features([1, 0], [0, 1]))).toBeCloseTo(1, 9);
    expect(diversityOf(features([1, 0]))).toBe(0);
  });
});

describe('compareWithReal', () => {
  /** Sees single pixels. */
  const extractor: FeatureExtractor = {
    features: ({ shape, data }) =>
      Promise.resolve(
        hostTensor([shape[0]!, data.length / shape[0]!], Float32Array.from(data as Float32Array)),
      ),
    close: () => Promise.resolve(),
  };

  /** Pictures of 4 × 4 grey pixels, bright above and dark below, with a little noise. */
  const pictures = (count: number, seed: number, sign = 1): HostTensor => {
    const noise = createRandom(seed)
      .stream('test')
      .at(0)
      .normals(count * 16);
    const value = (at: number): number => sign * (at % 16 < 8 ? 0.5 : -0.5) + 0.1 * noise[at]!;
    return hostTensor(
      [count, 4, 4, 1],
      Float32Array.from({ length: count * 16 }, (_, at) => value(at)),
    );
  };

  it('ranks pictures like the real ones before the mean picture and noise', async () => {
    const real = { training: pictures(40, 1), heldBack: pictures(36, 2) };
    const { methods, verdicts, against, nearest } = await compareWithReal({
      ...{ drawn: pictures(30, 3), real, extractor, seed: 0 },
    });
    expect(against).toBe('36 pictures that were not trained on');
    expect(methods.map(({ name }) => name)).toEqual([
      'generator',
      'mean picture',
      'noise',
      'held-back pictures',
    ]);
    const [own, mean, noise, unseen] = methods.map(({ measures }) => measures);
    expect(own!.kid).toBeLessThan(mean!.kid!);
    expect(own!.kid).toBeLessThan(noise!.kid!);
    expect(mean!.diversity).toBeCloseTo(0, 6);
    expect(own!.nearest).toBeCloseTo(unseen!.nearest!, 1);
    expect(verdicts).toHaveLength(1);
    expect(verdicts[0]).toMatch(/^KID: generator .* beats mean picture .* and noise/);
    expect(nearest).toHaveLength(30);
  });

  it('says when pictures are copies, and when there is too little held back', async () => {
    const training = pictures(40, 1);
    const { methods, against } = await compareWithReal({
      ...{ drawn: training, real: { training, heldBack: pictures(3, 2) }, extractor, seed: 0 },
    });
    expect(against).toBe('40 pictures that were trained on');
    expect(methods.map(({ name }) => name)).not.toContain('held-back pictures');
    expect(methods[0]!.measures.nearest).toBeCloseTo(0, 9);
  });

  it('sees that something else was learnt', async () => {
    const real = { training: pictures(40, 1), heldBack: undefined };
    const { verdicts } = await compareWithReal({
      ...{ drawn: pictures(30, 3, -1), real, extractor, seed: 0 },
    });
    expect(verdicts[0]).toContain('does not beat');
  });
});
