import { hostTensor, hostTensorInt, sizeOf, type HostTensor } from '@gan-zoo/compiler';
import { UsageError, type BatchTools, type Random } from '@gan-zoo/core';
import type { Config } from '../config.ts';
import {
  excerptGlyphs,
  glyphPairBatches,
  openGlyphs,
  readPairs,
  referenceChooser,
  type GlyphDataset,
  type GlyphPair,
  type GlyphPairBatch,
  type GlyphPart,
} from '../glyphData/index.ts';
import type { FixedPairs } from '../methods/index.ts';

/** Pairs of a data set, or noise in their place. */
export interface PairSource {
  readonly stepsPerEpoch: number;
  /** The training pairs of a step, grey and in the size of the data set. */
  batchAt(step: number): Promise<GlyphPairBatch>;
  /**
   * The same pairs at every call, the styles in turns; undefined when the part has none.
   *
   * @param count at most so many
   */
  fixed(part: GlyphPart, count: number): Promise<FixedPairs | undefined>;
  close(): Promise<void>;
}

type SourceConfig = Pick<
  Config,
  'data' | 'styles' | 'imageSize' | 'batchSize' | 'seed' | 'styleFrom'
>;

/**
 * Opens the data set of a configuration; with tools that read nothing, noise.
 *
 * @throws UserError when there is none, or it has fewer pairs than a batch
 * @throws UsageError when its pictures are too small, or a style is not there
 */
export async function openPairs(config: SourceConfig, tools: BatchTools): Promise<PairSource> {
  const dataset = await openDataset(config, tools);
  if (dataset === undefined) return noisePairs(config, tools.random);
  try {
    assertSize(config, dataset);
    return datasetPairs(config, tools.random, dataset);
  } catch (error) {
    await dataset.close();
    throw error;
  }
}

/** Opens the data set of a configuration; undefined with tools that read nothing. */
async function openDataset(
  { data }: SourceConfig,
  tools: BatchTools,
): Promise<GlyphDataset | undefined> {
  const opened = await tools.own(data, async (path) => {
    const dataset = await openGlyphs(path);
    const { fingerprint } = dataset.header;
    const count = dataset.pairs('training').length;
    return { dataset, path: dataset.path, count, fingerprint };
  });
  return opened?.dataset;
}

/**
 * What checkpoints carry of the data set: enough to draw without it.
 *
 * @returns undefined with tools that read nothing
 */
export async function carriedGlyphs(
  config: SourceConfig,
  tools: BatchTools,
): Promise<Uint8Array | undefined> {
  const dataset = await openDataset(config, tools);
  if (dataset === undefined) return undefined;
  try {
    return await excerptGlyphs(dataset, chosenStyles(config, dataset));
  } finally {
    await dataset.close();
  }
}

function assertSize({ imageSize }: SourceConfig, dataset: GlyphDataset): void {
  if (dataset.imageSize >= imageSize) return;
  throw new UsageError(
    `--image-size: expected at most the ${dataset.imageSize} px of ${dataset.path}, received ` +
      `${imageSize}. Prepare larger pictures, or train smaller ones.`,
  );
}

function datasetPairs(config: SourceConfig, random: Random, dataset: GlyphDataset): PairSource {
  const { batchSize, seed } = config;
  const styles = chosenStyles(config, dataset);
  const references = config.styleFrom === 'another';
  const batches = glyphPairBatches(dataset, { batchSize, seed, styles, references });
  return {
    stepsPerEpoch: batches.stepsPerEpoch,
    batchAt: (step) => batches.batchAt(step),
    fixed: async (part, count) => {
      const chosen = inTurns(dataset, part, styles, random).slice(0, count);
      if (chosen.length === 0) return undefined;
      const draws = random.stream('glyphs/references').at(part === 'training' ? 0 : 1);
      const chooseReference = referenceChooser(dataset.pairs('training', styles));
      const others = chosen.map((pair) => chooseReference(pair, draws));
      const pairs = await readPairs(dataset, chosen);
      const { target } = await readPairs(dataset, others);
      return { ...pairs, references: target };
    },
    close: () => batches.close(),
  };
}

/** Places of the styles that `--styles` names; all without it. */
export function chosenStyles(
  { styles }: Pick<SourceConfig, 'styles'>,
  dataset: GlyphDataset,
): number[] {
  const ids = dataset.styles.map(({ id }) => id);
  if (styles === undefined) return [...ids.keys()];
  return styles.map((name) => {
    const place = /^\d+$/.test(name) ? Number(name) : ids.indexOf(name);
    if (place >= 0 && place < ids.length) return place;
    throw new UsageError(
      `--styles: expected numbers from 0 to ${ids.length - 1} or names among ${ids.join(', ')}, ` +
        `received ${name}.`,
    );
  });
}

/** A part's pairs in an order of the seed, one of each style after the other. */
function inTurns(
  dataset: GlyphDataset,
  part: GlyphPart,
  styles: readonly number[],
  random: Random,
): GlyphPair[] {
  const lists = styles.map((style) => {
    const pairs = dataset.pairs(part, [style]);
    const order = random.stream(`glyphs/fixed/${part}`).at(style).permutation(pairs.length);
    return Array.from(order, (place) => pairs[place]!);
  });
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list[turn] ?? []),
  ).flat();
}

/** How many styles noise has. */
const noiseStyles = 3;

function noisePairs({ imageSize, batchSize, styleFrom }: SourceConfig, random: Random): PairSource {
  const noise = (stream: string, step: number, count: number): HostTensor<'float32'> => {
    const shape = [count, imageSize, imageSize, 1];
    const values = random.stream(`noise/${stream}`).at(step).uniforms(sizeOf(shape));
    return hostTensor(
      shape,
      values.map((value) => 2 * value - 1),
    );
  };
  const pairs = (stream: string, step: number, count: number): GlyphPairBatch => ({
    source: noise(`${stream}/source`, step, count),
    target: noise(`${stream}/target`, step, count),
    styles: hostTensorInt(
      [count],
      Array.from({ length: count }, (_, place) => place % noiseStyles),
    ),
  });
  return {
    stepsPerEpoch: 1000,
    batchAt: (step) =>
      Promise.resolve({
        ...pairs('glyphs', step, batchSize),
        ...(styleFrom === 'another'
          ? { references: noise('glyphs/references', step, batchSize) }
          : {}),
      }),
    fixed: (part, count) =>
      Promise.resolve({
        ...pairs(part, 0, count),
        references: noise(`${part}/references`, 0, count),
      }),
    close: () => Promise.resolve(),
  };
}
