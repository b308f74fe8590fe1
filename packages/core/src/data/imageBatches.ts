import { hostTensor, UserError, type HostTensor } from '@gan-zoo/compiler';
import { createRandom } from '../random/index.ts';
import type { BatchSource } from './batchSource.ts';
import type { ImageDataset } from './imageDataset.ts';

/** Options of {@link imageBatches}. */
export interface ImageBatchOptions {
  /** Images in a batch. */
  readonly batchSize: number;
  /** The run's seed: a whole number of at least 0. */
  readonly seed: number;
  /** Mirror every image left to right with probability ½, decided anew each epoch; default false. */
  readonly flip?: boolean;
  /**
   * Names the random streams (`<stream>/shuffle`, `<stream>/flip`); default `images`. Two
   * folders of one run need different names, or they would be shuffled alike.
   */
  readonly stream?: string;
}

interface Epoch {
  /** The images in the order in which they are seen. */
  readonly order: Int32Array;
  /** For every image, whether it is mirrored: 1 or 0. */
  readonly flips: Float32Array | undefined;
}

/** What a byte of a pixel becomes: 0 … 255 to -1 … 1. */
const SCALED = Float32Array.from({ length: 256 }, (_, value) => value / 127.5 - 1);

/**
 * Batches for training: in each epoch all images in a new random order, and a last, short batch
 * left out. The batch of a step depends on the seed and the step alone.
 *
 * Shape: [batchSize, imageSize, imageSize, channels], float32 in [-1, 1].
 *
 * @param dataset is closed together with the batches
 * @throws UserError when there are fewer images than one batch
 */
export function imageBatches(
  dataset: ImageDataset,
  options: ImageBatchOptions,
): BatchSource<HostTensor<'float32'>> {
  const { batchSize } = options;
  assertBatchSize(dataset, batchSize);
  const stepsPerEpoch = Math.floor(dataset.count / batchSize);
  const epochOf = epochs(dataset.count, options);
  const { imageSize, channels } = dataset;
  return {
    stepsPerEpoch,
    batchAt: async (step) => {
      assertStep(step);
      const { order, flips } = epochOf(Math.floor(step / stepsPerEpoch));
      const first = (step % stepsPerEpoch) * batchSize;
      const indices = order.subarray(first, first + batchSize);
      const pixels = await dataset.read(indices);
      const values = new Float32Array(pixels.length);
      const imageValues = pixels.length / batchSize;
      indices.forEach((image, place) => {
        const from = place * imageValues;
        if (flips?.[image]) scaleMirrored(pixels, values, from, imageSize, channels);
        else scale(pixels, values, from, from + imageValues);
      });
      return hostTensor([batchSize, imageSize, imageSize, channels], values);
    },
    close: () => dataset.close(),
  };
}

/** Keeps the two epochs that were used last: reading ahead crosses from one into the next. */
function epochs(count: number, options: ImageBatchOptions): (epoch: number) => Epoch {
  const { seed, flip = false, stream = 'images' } = options;
  const random = createRandom(seed);
  const shuffles = random.stream(`${stream}/shuffle`);
  const flips = random.stream(`${stream}/flip`);
  const kept = new Map<number, Epoch>();
  return (epoch) => {
    const found = kept.get(epoch) ?? {
      order: shuffles.at(epoch).permutation(count),
      flips: flip ? flips.at(epoch).bernoulli(count, 0.5) : undefined,
    };
    kept.delete(epoch);
    kept.set(epoch, found);
    for (const other of kept.keys()) if (kept.size > 2) kept.delete(other);
    return found;
  };
}

function scale(pixels: Uint8Array, values: Float32Array, from: number, to: number): void {
  for (let at = from; at < to; at++) values[at] = SCALED[pixels[at]!]!;
}

function scaleMirrored(
  pixels: Uint8Array,
  values: Float32Array,
  from: number,
  size: number,
  channels: number,
): void {
  const rowValues = size * channels;
  for (let row = from; row < from + size * rowValues; row += rowValues) {
    for (let column = 0; column < size; column++) {
      const source = row + (size - 1 - column) * channels;
      const target = row + column * channels;
      for (let channel = 0; channel < channels; channel++) {
        values[target + channel] = SCALED[pixels[source + channel]!]!;
      }
    }
  }
}

function assertBatchSize({ count, folder }: ImageDataset, batchSize: number): void {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new UserError(
      `data: expected a batch size that is a whole number of at least 1, received ${batchSize}.`,
    );
  }
  if (batchSize <= count) return;
  throw new UserError(
    `data: expected at least ${batchSize} images (one batch) in "${folder}", received ${count}. ` +
      `Add images or use a --batch-size of at most ${count}.`,
  );
}

function assertStep(step: number): void {
  if (Number.isInteger(step) && step >= 0) return;
  throw new UserError(
    `data: expected a step that is a whole number of at least 0, received ${step}.`,
  );
}
