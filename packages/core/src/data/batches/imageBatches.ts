import { UserError, type HostTensor } from '@gan-zoo/compiler';
import type { BatchSource } from './batchSource.ts';
import type { ImageDataset } from '../folders/imageDataset.ts';
import { marginOf, readVisits } from './readVisits.ts';
import { createVisits } from './visits.ts';

/** Options of {@link imageBatches}. */
export interface ImageBatchOptions {
  /** Images in a batch. */
  readonly batchSize: number;
  /** The run's seed: a whole number of at least 0. */
  readonly seed: number;
  /** Mirror every image left to right with probability ½, decided anew each epoch; default false. */
  readonly flip?: boolean | undefined;
  /**
   * Names the random streams (`<stream>/shuffle`, `<stream>/flip`, `<stream>/crop`); default
   * `images`. Two folders of one run need different names, or they would be shuffled alike.
   */
  readonly stream?: string | undefined;
  /**
   * Side of the square that is cut out of every image, elsewhere in each epoch, in pixels; default:
   * the dataset's, so that nothing is cut.
   */
  readonly imageSize?: number;
  /** Numbers of the images to use; default all. */
  readonly images?: ArrayLike<number>;
}

/**
 * Batches for training: in each epoch all images in a new random order, and a last, short batch
 * left out. The batch of a step depends on the seed and the step alone.
 *
 * Shape: [batchSize, imageSize, imageSize, channels], float32 in [-1, 1].
 *
 * @param dataset is closed together with the batches
 * @throws UserError when there are fewer images than one batch, or they are too small to be cut
 */
export function imageBatches(
  dataset: ImageDataset,
  options: ImageBatchOptions,
): BatchSource<HostTensor<'float32'>> {
  const { batchSize, seed, flip = false, stream = 'images' } = options;
  const { imageSize = dataset.imageSize, images = allOf(dataset) } = options;
  assertBatchSize(images.length, dataset.folder, batchSize);
  const margin = marginOf(dataset, imageSize);
  const visitAt = createVisits({ images, seed, stream, flip, margin });
  const stepsPerEpoch = Math.floor(images.length / batchSize);
  return {
    stepsPerEpoch,
    batchAt: async (step) => {
      const first = firstPosition(step, { stepsPerEpoch, batchSize, count: images.length });
      const visits = Array.from({ length: batchSize }, (_, place) => visitAt(first + place));
      return readVisits(dataset, visits, imageSize);
    },
    close: () => dataset.close(),
  };
}

/** The numbers of all images of a dataset. */
export const allOf = ({ count }: Pick<ImageDataset, 'count'>): Int32Array =>
  Int32Array.from({ length: count }, (_, image) => image);

/** Where the visits of a step begin; those left over at the end of an epoch are skipped. */
export function firstPosition(
  step: number,
  { stepsPerEpoch, batchSize, count }: { stepsPerEpoch: number; batchSize: number; count: number },
): number {
  assertStep(step);
  return Math.floor(step / stepsPerEpoch) * count + (step % stepsPerEpoch) * batchSize;
}

/** @throws UserError for a batch size that is none, or one larger than there are images */
export function assertBatchSize(count: number, folder: string, batchSize: number): void {
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

/** @throws UserError for anything but a step's number */
export function assertStep(step: number): void {
  if (Number.isInteger(step) && step >= 0) return;
  throw new UserError(
    `data: expected a step that is a whole number of at least 0, received ${step}.`,
  );
}
