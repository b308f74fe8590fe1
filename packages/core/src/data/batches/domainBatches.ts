import type { HostTensor } from '@gan-zoo/compiler';
import type { BatchSource } from './batchSource.ts';
import {
  allOf,
  assertBatchSize,
  assertStep,
  firstPosition,
  type ImageBatchOptions,
} from './imageBatches.ts';
import type { ImageDataset } from '../folders/imageDataset.ts';
import type { ImagePairs } from '../folders/openImagePairs.ts';
import { marginOf, readVisits } from './readVisits.ts';
import { createVisits, type Visit } from './visits.ts';

/** Pictures of two domains, each [batchSize, imageSize, imageSize, channels] in [-1, 1]. */
export interface DomainBatch {
  readonly a: HostTensor<'float32'>;
  readonly b: HostTensor<'float32'>;
}

/** One domain of {@link unpairedBatches}. */
export interface UnpairedDomain {
  readonly dataset: ImageDataset;
  /** Side of the square that is cut out, in pixels; default: the dataset's. */
  readonly imageSize?: number;
  /** Numbers of the images to use; default all. */
  readonly images?: ArrayLike<number>;
  /** Mirror with probability ½; default false. */
  readonly flip?: boolean;
}

/** Options of {@link unpairedBatches}. */
export interface UnpairedOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** Beginning of the names of the random streams, `<stream>/a/…` and `<stream>/b/…`. */
  readonly stream?: string;
}

/**
 * Batches of two domains whose pictures do not belong together, as CycleGAN reads them: an epoch
 * is as long as the larger folder; A goes through its pictures in shuffled passes of its own, and
 * for every picture of A any one of B is drawn, so that the two never meet in a fixed order.
 *
 * @throws UserError when a domain has fewer images than one batch
 */
export function unpairedBatches(
  a: UnpairedDomain,
  b: UnpairedDomain,
  { batchSize, seed, stream = 'images' }: UnpairedOptions,
): BatchSource<DomainBatch> {
  const domain = (name: string, { dataset, flip = false, ...given }: UnpairedDomain) => {
    const { images = allOf(dataset), imageSize = dataset.imageSize } = given;
    assertBatchSize(images.length, dataset.folder, batchSize);
    const order = name === 'a' ? 'shuffled' : 'drawn';
    const margin = marginOf(dataset, imageSize);
    const options = { images, seed, stream: `${stream}/${name}`, flip, margin, order } as const;
    const visitAt = createVisits(options);
    const batchAt = (first: number): Promise<HostTensor<'float32'>> => {
      const visits = Array.from({ length: batchSize }, (_, place) => visitAt(first + place));
      return readVisits(dataset, visits, imageSize);
    };
    return { count: images.length, batchAt };
  };
  const [sideA, sideB] = [domain('a', a), domain('b', b)];
  return {
    stepsPerEpoch: Math.floor(Math.max(sideA.count, sideB.count) / batchSize),
    batchAt: async (step) => {
      assertStep(step);
      const first = step * batchSize;
      return { a: await sideA.batchAt(first), b: await sideB.batchAt(first) };
    },
    close: () => closeBoth(a.dataset, b.dataset),
  };
}

/**
 * Batches of pairs: both pictures of a pair are cut at the same place and mirrored together. The
 * `images` of the options are numbers of pairs.
 *
 * @throws UserError when there are fewer pairs than one batch
 */
export function pairedBatches(
  pairs: ImagePairs,
  options: ImageBatchOptions,
): BatchSource<DomainBatch> {
  const { datasetA, datasetB } = pairs;
  const { batchSize, seed, flip = false, stream = 'images' } = options;
  const { images = pairs.a.map((_, pair) => pair), imageSize = datasetA.imageSize } = options;
  assertBatchSize(images.length, datasetA.folder, batchSize);
  const margin = marginOf(datasetA, imageSize);
  const visitAt = createVisits({ images, seed, stream, flip, margin });
  const stepsPerEpoch = Math.floor(images.length / batchSize);
  const side = (dataset: ImageDataset, numbers: Int32Array, visits: readonly Visit[]) => {
    const own = visits.map((visit) => ({ ...visit, image: numbers[visit.image]! }));
    return readVisits(dataset, own, imageSize);
  };
  return {
    stepsPerEpoch,
    batchAt: async (step) => {
      const first = firstPosition(step, { stepsPerEpoch, batchSize, count: images.length });
      const visits = Array.from({ length: batchSize }, (_, place) => visitAt(first + place));
      return {
        a: await side(datasetA, pairs.a, visits),
        b: await side(datasetB, pairs.b, visits),
      };
    },
    close: () => pairs.close(),
  };
}

async function closeBoth(a: ImageDataset, b: ImageDataset): Promise<void> {
  await a.close();
  await b.close();
}
