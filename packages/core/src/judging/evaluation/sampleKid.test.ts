import { hostTensor } from '@gan-zoo/compiler';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../model/random/index.ts';
import { createFeatureExtractor } from './imageFeatures.ts';
import { createSampleKid } from './sampleKid.ts';

const extractor = createFeatureExtractor({ batchSize: 8, threads: 1 });
afterAll(() => extractor.close());

/** Stripes of random phase and colour; `across` turns them by a right angle. */
const stripes = (name: string, count: number, across: boolean) => {
  const draws = createRandom(5).stream(name).at(0);
  const values = Array.from({ length: count }, () => {
    const [phase, hue] = [draws.uniform() * 6, draws.uniform()];
    return Array.from({ length: 24 * 24 * 3 }, (_, at) => {
      const [channel, column] = [at % 3, Math.floor(at / 3) % 24];
      const place = across ? Math.floor(at / 72) : column;
      return Math.sin(place * 0.8 + phase) * Math.abs(Math.cos(hue * 3 + channel));
    });
  });
  return hostTensor([count, 24, 24, 3], values.flat());
};

describe('createSampleKid', () => {
  it('tells like from unlike, under the name of each kind', async () => {
    const real = stripes('real', 16, false);
    const kid = createSampleKid({
      fakes: [
        { name: 'good', like: 'real' },
        { name: 'bad', like: 'real' },
        { name: 'few', like: 'real' },
        { name: 'absent', like: 'real' },
      ],
      references: { real },
      extractor,
    });
    const distances = await kid.measure({
      good: stripes('good', 8, false),
      bad: stripes('bad', 8, true),
      few: stripes('few', 1, true),
    });
    expect(Object.keys(distances)).toEqual(['kid/good', 'kid/bad', 'kid']);
    expect(distances['kid']).toBeCloseTo((distances['kid/good']! + distances['kid/bad']!) / 2, 12);
    expect(distances['kid/bad']).toBeGreaterThan(5 * Math.abs(distances['kid/good']!));
    expect(await kid.measure({ good: stripes('good', 8, false) })).toEqual({
      'kid/good': distances['kid/good'],
      kid: distances['kid/good'],
    });
    expect(await kid.measure({})).toEqual({});
  });

  it('has the plain name when there is one kind of fakes', async () => {
    const kid = createSampleKid({
      fakes: [{ name: 'images', like: 'images' }],
      references: { images: stripes('real', 8, false) },
      extractor,
    });
    expect(Object.keys(await kid.measure({ images: stripes('fake', 8, false) }))).toEqual(['kid']);
  });
});
