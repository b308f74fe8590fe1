import { hostTensor } from '@gan-zoo/compiler';
import { describe, expect, it } from 'vitest';
import { spots } from './fixtures/tinyPictures.ts';
import { firstPictures, measureLook } from './measureLook.ts';

const real = { images: spots('real', 0, 100) };
const fakes = [{ name: 'fakes', like: 'images' }];
const drawn = (first: number) => ({ fakes: spots('fakes', first, 16) });

describe('measureLook', () => {
  it('measures against real pictures, and the change since the last look', () => {
    const first = measureLook({ step: 100, images: drawn(0), fakes, real, before: undefined });
    expect(Object.keys(first.measures)).toEqual([
      ...['diversity/fakes', 'distinctness/fakes', 'contrast/fakes', 'checkerboard/fakes'],
      'correlation/fakes',
    ]);
    expect(first.measures['diversity/fakes']).toBeCloseTo(1, 0);
    expect(first.measures['correlation/fakes']).toBeGreaterThan(0.8);
    // A checkpoint keeps the look as JSON.
    const before = JSON.parse(JSON.stringify(first.look)) as typeof first.look;
    const same = measureLook({ step: 200, images: drawn(0), fakes, real, before });
    expect(same.measures['change/fakes']).toBe(0);
    const other = measureLook({ step: 200, images: drawn(50), fakes, real, before });
    expect(other.measures['change/fakes']).toBeGreaterThan(0.5);
    expect(other.look.step).toBe(200);
  });

  it('compares translations with their inputs', () => {
    const inputs = spots('inputs', 0, 8);
    const negatives = hostTensor(
      inputs.shape,
      inputs.data.map((value) => -value),
    );
    const { measures } = measureLook({
      ...{ step: 1, real: { images: negatives }, before: undefined },
      images: { inputs, copies: inputs },
      fakes: [{ name: 'copies', like: 'images', from: 'inputs' }],
    });
    // The data ask for negatives here, so that nothing is measured.
    expect(measures).not.toHaveProperty(['correlation/copies']);
    const { measures: asked } = measureLook({
      ...{ step: 1, real, before: undefined },
      images: { inputs, negatives },
      fakes: [{ name: 'negatives', like: 'images', from: 'inputs' }],
    });
    expect(asked['correlation/negatives']).toBeCloseTo(-1, 6);
  });

  it('leaves out what was not drawn, has no reference, or is no number', () => {
    const nothing = { step: 1, real, before: undefined, fakes };
    expect(measureLook({ ...nothing, images: {} }).measures).toEqual({});
    expect(measureLook({ ...nothing, images: drawn(0), real: {} }).measures).toEqual({});
    const nan = { fakes: hostTensor([16, 8, 8, 1], new Float32Array(1024).fill(NaN)) };
    expect(measureLook({ ...nothing, images: nan }).measures).toEqual({});
  });
});

describe('firstPictures', () => {
  it('takes 64, fewer of large pictures, and never less than 8', () => {
    const countOf = (count: number, side: number) =>
      firstPictures(hostTensor([count, side, side, 1])).shape[0];
    expect(countOf(100, 8)).toBe(64);
    expect(countOf(20, 8)).toBe(20);
    expect(countOf(20, 256)).toBe(16);
    expect(countOf(10, 512)).toBe(8);
    expect([...firstPictures(hostTensor([2, 1, 1, 2], [1, 2, 3, 4]), 1).data]).toEqual([1, 2]);
  });
});
