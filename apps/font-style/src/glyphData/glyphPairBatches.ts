import { createRandom, UserError, type BatchSource, type RandomDraws } from '@gan-zoo/core';
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
  /** For every pair another glyph of its style, as `source`, where such were asked for. */
  readonly references?: HostTensor<'float32'> | undefined;
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
  /** Names the random streams (`<stream>/shuffle`, `<stream>/styles`); default `glyphs`. */
  readonly stream?: string;
  /** Read another glyph of the part for every pair, in the same style; default false. */
  readonly references?: boolean;
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
  const { batchSize, seed, part = 'training', stream = 'glyphs', references = false } = options;
  const pairs = dataset.pairs(part, options.styles);
  assertBatchSize(batchSize, pairs.length, dataset.path);
  const random = createRandom(seed);
  const shuffles = random.stream(`${stream}/shuffle`);
  const choices = random.stream(`${stream}/styles`);
  const chooseReference = referenceChooser(pairs);
  const stepsPerEpoch = Math.floor(pairs.length / batchSize);
  let latest: { epoch: number; order: Int32Array } = { epoch: -1, order: new Int32Array() };
  const orderOf = (epoch: number): Int32Array => {
    if (latest.epoch !== epoch)
      latest = { epoch, order: shuffles.at(epoch).permutation(pairs.length) };
    return latest.order;
  };
  return {
    stepsPerEpoch,
    batchAt: async (step) => {
      const first = (step % stepsPerEpoch) * batchSize;
      const places = orderOf(Math.floor(step / stepsPerEpoch)).subarray(first, first + batchSize);
      const chosen = Array.from(places, (place) => pairs[place]!);
      const batch = await readPairs(dataset, chosen);
      if (!references) return batch;
      const draws = choices.at(step);
      const others = chosen.map((pair) => chooseReference(pair, draws));
      return { ...batch, references: (await readPairs(dataset, others)).target };
    },
    close: () => dataset.close(),
  };
}

/**
 * Chooses glyphs that show the style of another.
 *
 * @param pairs to choose among
 * @returns a function of a pair, to another of its style, or itself where it is the only one
 */
export function referenceChooser(
  pairs: readonly GlyphPair[],
): (pair: GlyphPair, draws: RandomDraws) => GlyphPair {
  const byStyle = new Map<number, GlyphPair[]>();
  for (const pair of pairs) {
    const own = byStyle.get(pair.style);
    if (own === undefined) byStyle.set(pair.style, [pair]);
    else own.push(pair);
  }
  return (pair, draws) => {
    const others = (byStyle.get(pair.style) ?? []).filter(
      ({ character }) => character !== pair.character,
    );
    return others.length === 0 ? pair : others[draws.integer(others.length)]!;
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
  return {
    source: glyphTensor(source, dataset.imageSize),
    target: glyphTensor(target, dataset.imageSize),
    styles: hostTensorInt(
      [pairs.length],
      pairs.map(({ style }) => style),
    ),
  };
}

/** What a grey level becomes: 0 … 255 to -1 … 1. */
const scaled = Float32Array.from({ length: 256 }, (_, level) => level / 127.5 - 1);

/** Grey levels [N, S, S] as the networks take them, [N, S, S, 1] in [-1, 1]. */
export const glyphTensor = (pixels: Uint8Array, side: number): HostTensor<'float32'> =>
  hostTensor([pixels.length / side ** 2, side, side, 1], toTensorRange(pixels));

/** Grey levels as the networks take them: 0 (ink) to -1, 255 (paper) to 1. */
function toTensorRange(pixels: Uint8Array): Float32Array {
  const values = new Float32Array(pixels.length);
  for (let at = 0; at < values.length; at++) values[at] = scaled[pixels[at]!]!;
  return values;
}

/** Pictures [N, S, S, C] in [-1, 1] as grey levels [N, S, S]: the mean of their channels. */
export function toGreyLevels(values: Float32Array, channels: number): Uint8Array {
  return Uint8Array.from({ length: values.length / channels }, (_, pixel) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += values[pixel * channels + channel]!;
    const level = Math.round((sum / channels + 1) * 127.5);
    return Math.min(255, Math.max(0, level));
  });
}

function assertBatchSize(batchSize: number, pairs: number, path: string): void {
  if (Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= pairs) return;
  throw new UserError(
    `glyphs: expected at least ${batchSize} pairs (one batch) in ${path}, received ${pairs}. ` +
      `Use a --batch-size from 1 to ${pairs}, or prepare more characters.`,
  );
}
