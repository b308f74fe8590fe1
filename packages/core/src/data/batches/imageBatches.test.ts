import { describe, expect, it } from 'vitest';
import { imageBatches, type ImageBatchOptions } from './imageBatches.ts';
import type { ImageDataset } from '../folders/imageDataset.ts';

const SIZE = 4;

/** Images in memory: the first pixel is the image's number, the others follow from their place. */
function numbered(count: number, channels: 1 | 3 = 1): ImageDataset & { closed: boolean } {
  const imageBytes = SIZE * SIZE * channels;
  return {
    ...{ folder: 'pictures', imageSize: SIZE, channels, count, skipped: [], fingerprint: '' },
    ...{ paths: [], cachePath: '', fromCache: true, closed: false },
    read: (indices) => {
      const pixels = new Uint8Array(indices.length * imageBytes);
      pixels.forEach((_, at) => {
        const within = at % imageBytes;
        pixels[at] = within < channels ? indices[Math.floor(at / imageBytes)]! : 100 + within;
      });
      return Promise.resolve(pixels);
    },
    close(this: { closed: boolean }) {
      this.closed = true;
      return Promise.resolve();
    },
  };
}

const options: ImageBatchOptions = { batchSize: 4, seed: 7 };
const toBytes = (values: ArrayLike<number>) =>
  Array.from(values, (value) => Math.round((value + 1) * 127.5));

/** The numbers of the images in a batch: first or, mirrored, fourth pixel, whichever is small. */
async function numbersAt(source: ReturnType<typeof imageBatches>, step: number) {
  const { data, shape } = await source.batchAt(step);
  const bytes = toBytes(data);
  const imageBytes = SIZE * SIZE * shape[3]!;
  return Array.from({ length: shape[0]! }, (_, place) => {
    const [first, last] = [bytes[place * imageBytes]!, bytes[place * imageBytes + SIZE - 1]!];
    return first < 100 ? { image: first, mirrored: false } : { image: last, mirrored: true };
  });
}

const imagesOf = async (source: ReturnType<typeof imageBatches>, steps: number[]) =>
  (await Promise.all(steps.map((step) => numbersAt(source, step))))
    .flat()
    .map(({ image }) => image);

describe('imageBatches', () => {
  it('scales bytes to -1 … 1', async () => {
    const dataset = numbered(1, 3);
    const every = Uint8Array.from({ length: 48 }, (_, at) => (at === 47 ? 255 : at * 5));
    dataset.read = () => Promise.resolve(every);
    const batch = await imageBatches(dataset, { batchSize: 1, seed: 0 }).batchAt(0);
    expect(batch.shape).toEqual([1, SIZE, SIZE, 3]);
    expect(batch.dtype).toBe('float32');
    expect(batch.data).toEqual(Float32Array.from(every, (byte) => byte / 127.5 - 1));
    expect([batch.data[0], batch.data[47]]).toEqual([-1, 1]);
  });

  it('shows every image once in an epoch, in an order of its own', async () => {
    const source = imageBatches(numbered(20), options);
    expect(source.stepsPerEpoch).toBe(5);
    const first = await imagesOf(source, [0, 1, 2, 3, 4]);
    const second = await imagesOf(source, [5, 6, 7, 8, 9]);
    const all = Array.from({ length: 20 }, (_, image) => image);
    const ascending = (images: number[]) => [...images].sort((left, right) => left - right);
    expect(ascending(first)).toEqual(all);
    expect(ascending(second)).toEqual(all);
    expect(first).not.toEqual(all);
    expect(second).not.toEqual(first);
  });

  it('leaves a short last batch out, other images each time', async () => {
    const source = imageBatches(numbered(11), options);
    expect(source.stepsPerEpoch).toBe(2);
    const left = new Set<string>();
    for (let epoch = 0; epoch < 10; epoch++) {
      const seen = await imagesOf(source, [2 * epoch, 2 * epoch + 1]);
      expect(new Set(seen).size).toBe(8);
      left.add([...seen].sort().join());
    }
    expect(left.size).toBeGreaterThan(5);
  });

  it('gives the same batch for the same seed and step, in whatever order they are asked', async () => {
    const forwards = imageBatches(numbered(20), { ...options, flip: true });
    const steps = Array.from({ length: 25 }, (_, step) => step);
    const expected: Float32Array[] = [];
    for (const step of steps) expected.push((await forwards.batchAt(step)).data);
    const backwards = imageBatches(numbered(20), { ...options, flip: true });
    for (const step of [...steps].reverse()) {
      expect((await backwards.batchAt(step)).data).toEqual(expected[step]);
    }
  });

  it('depends on the seed and on the name of the stream', async () => {
    const order = (changes: Partial<ImageBatchOptions>) =>
      imagesOf(imageBatches(numbered(20), { ...options, ...changes }), [0, 1, 2, 3, 4]);
    const plain = await order({});
    expect(await order({ stream: 'images' })).toEqual(plain);
    expect(await order({ flip: true })).toEqual(plain);
    expect(await order({ seed: 8 })).not.toEqual(plain);
    expect(await order({ stream: 'domainB' })).not.toEqual(plain);
  });

  it('mirrors about half of the images, anew in each epoch, and exactly', async () => {
    const source = imageBatches(numbered(80), { ...options, flip: true });
    const mirrored = async (epoch: number) => {
      const steps = Array.from({ length: 20 }, (_, step) => epoch * 20 + step);
      const seen = (await Promise.all(steps.map((step) => numbersAt(source, step)))).flat();
      return seen.flatMap((one) => (one.mirrored ? [one.image] : [])).sort();
    };
    const [first, second] = [await mirrored(0), await mirrored(1)];
    expect(first.length).toBeGreaterThan(20);
    expect(first.length).toBeLessThan(60);
    expect(second).not.toEqual(first);

    const dataset = numbered(80, 3);
    const straight = imageBatches(dataset, options);
    const flipped = imageBatches(dataset, { ...options, flip: true });
    const imageValues = SIZE * SIZE * 3;
    let turned = 0;
    for (let step = 0; step < 5; step++) {
      const [left, right] = [await straight.batchAt(step), await flipped.batchAt(step)];
      for (let from = 0; from < left.data.length; from += imageValues) {
        const image = left.data.subarray(from, from + imageValues);
        const received = right.data.subarray(from, from + imageValues);
        const mirror = Float32Array.from(image, (_, at) => {
          const [row, column, channel] = [Math.floor(at / 12), Math.floor(at / 3) % 4, at % 3];
          return image[row * 12 + (3 - column) * 3 + channel]!;
        });
        const isTurned = received[0] !== image[0];
        turned += Number(isTurned);
        expect(received).toEqual(isTurned ? mirror : image);
      }
    }
    expect(turned).toBeGreaterThan(0);
  });

  it('cuts squares out of larger images, exactly', async () => {
    const dataset = numbered(8, 3);
    const whole = await dataset.read(Array.from({ length: 8 }, (_, image) => image));
    const source = imageBatches(dataset, { batchSize: 1, seed: 2, imageSize: 2 });
    const corners = new Set<string>();
    for (let step = 0; step < 80; step++) {
      const { data, shape } = await source.batchAt(step);
      expect(shape).toEqual([1, 2, 2, 3]);
      const square = toBytes(data);
      const places = [0, 1, 2].flatMap((top) => [0, 1, 2].map((left) => ({ top, left })));
      const fits = places.filter(({ top, left }) =>
        [...Array(8).keys()].some((image) => {
          const expected = [0, 1].flatMap((row) => {
            const from = image * 48 + ((top + row) * 4 + left) * 3;
            return [...whole.subarray(from, from + 6)];
          });
          return String(expected) === String(square);
        }),
      );
      expect(fits).not.toEqual([]);
      corners.add(`${fits[0]!.top} ${fits[0]!.left}`);
    }
    expect(corners.size).toBe(9);
  });

  it('uses only the images that it is told to', async () => {
    const source = imageBatches(numbered(20), { ...options, images: [2, 3, 5, 7, 11, 13, 17, 19] });
    expect(source.stepsPerEpoch).toBe(2);
    const seen = await imagesOf(source, [0, 1]);
    expect(seen.sort((left, right) => left - right)).toEqual([2, 3, 5, 7, 11, 13, 17, 19]);
  });

  it('closes the images', async () => {
    const dataset = numbered(4);
    await imageBatches(dataset, options).close();
    expect(dataset.closed).toBe(true);
  });

  it('says what is wrong', async () => {
    expect(() => imageBatches(numbered(3), options)).toThrow(
      'data: expected at least 4 images (one batch) in "pictures", received 3. ' +
        'Add images or use a --batch-size of at most 3.',
    );
    expect(() => imageBatches(numbered(3), { ...options, batchSize: 0 })).toThrow(
      'data: expected a batch size that is a whole number of at least 1, received 0.',
    );
    expect(() => imageBatches(numbered(4), { ...options, imageSize: 5 })).toThrow(
      'data: expected an image size from 1 to the load size, 4 px, received 5. ' +
        'Use a larger --load-size or a smaller --image-size.',
    );
    await expect(imageBatches(numbered(4), options).batchAt(-1)).rejects.toThrow(
      'data: expected a step that is a whole number of at least 0, received -1.',
    );
  });
});
