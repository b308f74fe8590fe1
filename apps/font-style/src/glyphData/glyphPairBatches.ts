import { createRandom, UserError, type BatchSource } from '@gan-zoo/core';
import { hostTensor, hostTensorInt, type HostTensor } from '@gan-zoo/compiler';
import type { GlyphDataset, GlyphPair, GlyphPart } from './openGlyphs.ts';

/** Characters in the source font and in the styles that they are to take. */
export interface GlyphPairBatch {
  /** [N, S, S, 1] in [-1, 1]: ink is -1, paper 1. */
  readonly source: HostTensor<'float32'>;
  /** As `source`. */
  readonly target: HostTensor<'float32'>;
  /** [N]: places in the data set's `styles`. */
  readonly styles: HostTensor<'int32'>;
}

/** Options of {@link glyphPairBatches}. */
export interface GlyphPairBatchOptions {
  /** Pairs in a batch. */
  readonly batchSize: number;
  /** The run's seed. */
  readonly seed: number;
  /** Default `training`. */
  readonly part?: GlyphPart;
  /** Places in the data set's `styles`; default all. */
  readonly styles?: readonly number[];
  /** Names the random stream (`<stream>/shuffle`); default `glyphs`. */
  readonly stream?: string;
}

/**
 * Batches of pairs: in each epoch all pairs of the part in a new random order, and a last, short
 * batch left out. The batch of a step depends on the seed and the step alone.
 *
 * @param dataset is closed together with the batches
 * @throws UserError when there are fewer pairs than one batch
 */
export function glyphPairBatches(
  dataset: GlyphDataset,
  options: GlyphPairBatchOptions,
): BatchSource<GlyphPairBatch> {
  const { batchSize, seed, part = 'training', stream = 'glyphs' } = options;
  const pairs = dataset.pairs(part, options.styles);
  assertBatchSize(batchSize, pairs.length, dataset.path);
  const shuffles = createRandom(seed).stream(`${stream}/shuffle`);
  const stepsPerEpoch = Math.floor(pairs.length / batchSize);
  let latest: { epoch: number; order: Int32Array } = { epoch: -1, order: new Int32Array() };
  const orderOf = (epoch: number): Int32Array => {
    if (latest.epoch !== epoch)
      latest = { epoch, order: shuffles.at(epoch).permutation(pairs.length) };
    return latest.order;
  };
  return {
    stepsPerEpoch,
    batchAt: (step) => {
      const first = (step % stepsPerEpoch) * batchSize;
      const chosen = orderOf(Math.floor(step / stepsPerEpoch)).subarray(first, first + batchSize);
      return readPairs(
        dataset,
        Array.from(chosen, (place) => pairs[place]!),
      );
    },
    close: () => dataset.close(),
  };
}

/**
 * Reads pairs as a batch, in the order given: for fixed samples and for evaluation.
 *
 * @throws UserError as `GlyphDataset.read`
 */
export async function readPairs(
  dataset: GlyphDataset,
  pairs: readonly GlyphPair[],
): Promise<GlyphPairBatch> {
  const sources = pairs.map(({ character }) => ({ font: 0, character }));
  const targets = pairs.map(({ style, character }) => ({ font: style + 1, character }));
  const [source, target] = await Promise.all([dataset.read(sources), dataset.read(targets)]);
  const shape = [pairs.length, dataset.imageSize, dataset.imageSize, 1];
  return {
    source: hostTensor(shape, toTensorRange(source)),
    target: hostTensor(shape, toTensorRange(target)),
    styles: hostTensorInt(
      [pairs.length],
      pairs.map(({ style }) => style),
    ),
  };
}

/** What a grey level becomes: 0 … 255 to -1 … 1. */
const scaled = Float32Array.from({ length: 256 }, (_, level) => level / 127.5 - 1);

/** Grey levels as the networks take them: 0 (ink) to -1, 255 (paper) to 1. */
export function toTensorRange(pixels: Uint8Array): Float32Array {
  const values = new Float32Array(pixels.length);
  for (let at = 0; at < values.length; at++) values[at] = scaled[pixels[at]!]!;
  return values;
}

function assertBatchSize(batchSize: number, pairs: number, path: string): void {
  if (Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= pairs) return;
  throw new UserError(
    `glyphs: expected at least ${batchSize} pairs (one batch) in ${path}, received ${pairs}. ` +
      `Use a --batch-size from 1 to ${pairs}, or prepare more characters.`,
  );
}
