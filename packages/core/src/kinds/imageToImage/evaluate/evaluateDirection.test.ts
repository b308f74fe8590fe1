import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import type { FeatureExtractor } from '../../../judging/evaluation/index.ts';
import { expect, it } from 'vitest';
import { evaluateDirection } from './evaluateDirection.ts';
import { rowsOf, type PictureSet } from './pictureSets.ts';

const side = 12;

/** Pictures [count, 12, 12, C] whose rows darken by steps of their own. */
const pictures = (count: number, channels: number, gain: number, level: number): HostTensor =>
  hostTensor(
    [count, side, side, channels],
    Array.from({ length: count * side * side * channels }, (_, at) => {
      const image = Math.floor(at / (side * side * channels));
      const row = Math.floor(at / (side * channels)) % side;
      return gain * Math.sin((row * (image + 1)) / 3) + level;
    }),
  );

const setOf = (images: HostTensor): PictureSet => ({
  from: 'test',
  names: Array.from({ length: images.shape[0]! }, (_, index) => `p${index}`),
  read: (numbers) => Promise.resolve(rowsOf(images, numbers)),
});

/** Mean and contrast of a picture. */
const extractor: FeatureExtractor = {
  features: ({ data, shape }) => {
    const size = data.length / shape[0]!;
    const values = Array.from({ length: shape[0]! }, (_, image) => {
      const own = [...data.subarray(image * size, (image + 1) * size)];
      const mean = own.reduce((sum, value) => sum + value, 0) / size;
      return [mean, own.reduce((sum, value) => sum + Math.abs(value - mean), 0) / size];
    });
    return Promise.resolve(hostTensor([shape[0]!, 2], values.flat()));
  },
  close: () => Promise.resolve(),
};

const mapped = (change: (value: number) => number) => (images: HostTensor) =>
  Promise.resolve(hostTensor(images.shape, (images.data as Float32Array).map(change)));

const common = { extractor, batchSize: 3, onProgress: () => undefined };

it('finds a perfect model better than both baselines, picture by picture', async () => {
  const [a, b] = [pictures(19, 3, 0.2, 0), pictures(19, 3, -0.4, 0.3)];
  const seen: number[] = [];
  const result = await evaluateDirection({
    ...{ ...common, source: setOf(a), target: setOf(b), isPaired: true },
    there: mapped((value) => -2 * value + 0.3),
    back: mapped((value) => (value - 0.3) / -2 + 0.1),
    onProgress: (done) => seen.push(done),
  });
  expect(seen).toEqual([0, 16, 19]);
  const [model, identity, colours] = result.methods;
  expect([model!.name, identity!.name, colours!.name]).toEqual([
    'model',
    'identity',
    'mean colours',
  ]);
  expect(model!.measures.l1).toBeCloseTo(0, 6);
  expect(model!.measures.psnr).toBeGreaterThan(80);
  expect(model!.measures.cycle).toBeCloseTo(0.05, 6);
  expect(identity!.measures.cycle).toBeUndefined();
  expect(identity!.measures.l1).toBeGreaterThan(0.1);
  // The colours fit, but bright and dark are the wrong way round.
  expect(colours!.measures.l1).toBeGreaterThan(0.1);
  expect(result.verdicts).toHaveLength(4);
  expect(result.verdicts[0]).toMatch(/^L1: model \(0\.0000\) beats identity .* and mean colours/);
  expect(result.pictures).toHaveLength(19);
  expect(result.pictures[18]).toMatchObject({ name: 'p18', l1: expect.closeTo(0, 6) as number });
});

it('says when doing nothing is as good, and ranks by cycle without pairs', async () => {
  const images = pictures(5, 3, 0.2, 0);
  let calls = 0;
  const result = await evaluateDirection({
    ...{ ...common, source: setOf(images), target: setOf(pictures(4, 3, 0.2, 0)), isPaired: false },
    batchSize: 1,
    there: mapped((value) => value),
    // Worse from picture to picture, but for the first.
    back: (drawn) => {
      const error = [0.9, 0.1, 0.2, 0.3, 0.4][calls++]!;
      return mapped((value) => value + error)(drawn);
    },
  });
  expect(result.methods[0]!.measures.l1).toBeUndefined();
  expect(result.verdicts).toHaveLength(1);
  expect(result.verdicts[0]).toMatch(/^KID: model \(.*\) does not beat identity \(/);
  expect(result.ranking).toEqual([1, 2, 3, 4, 0]);
});

it('compares grey with colour', async () => {
  const [grey, colour] = [pictures(4, 1, 0.2, 0), pictures(4, 3, 0.2, 0)];
  const widen = (images: HostTensor): Promise<HostTensor> =>
    Promise.resolve(
      hostTensor(
        [...images.shape.slice(0, 3), 3],
        [...images.data].flatMap((value) => [value, value, value]),
      ),
    );
  const narrow = (images: HostTensor): Promise<HostTensor> =>
    Promise.resolve(
      hostTensor(
        [...images.shape.slice(0, 3), 1],
        (images.data as Float32Array).filter((_, at) => at % 3 === 0),
      ),
    );
  const { methods } = await evaluateDirection({
    ...{ ...common, source: setOf(grey), target: setOf(colour), isPaired: true },
    ...{ there: widen, back: narrow },
  });
  expect(methods.map(({ measures }) => measures.l1!.toFixed(5))).toEqual([
    '0.00000',
    '0.00000',
    '0.00000',
  ]);
  expect(methods[0]!.measures.cycle).toBe(0);
});
