import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import {
  colourStatistics,
  compareWithBaselines,
  joinRows,
  meanOf,
  measureMethod,
  translationMeasures,
  transferColours,
  type ColourStatistics,
  type FeatureExtractor,
  type MethodMeasurement,
  type MethodResult,
} from '../../../judging/evaluation/index.ts';
import type { Generate } from '../translate/translateImage.ts';
import { rowsOf, type PictureSet } from './pictureSets.ts';

/** What one direction is evaluated with. */
export interface DirectionOptions {
  readonly source: PictureSet;
  readonly target: PictureSet;
  /** Whether target pictures are the truth of the source's of the same number. */
  readonly isPaired: boolean;
  /** From source to target. */
  readonly there: Generate;
  /** From target to source, where there is such a generator. */
  readonly back: Generate | undefined;
  readonly extractor: FeatureExtractor;
  /** Pictures that a generator gets at once. */
  readonly batchSize: number;
  /** Is told how many pictures are done; may throw to stop. */
  readonly onProgress: (done: number) => void;
}

/** How a single picture fared. */
export interface PictureResult {
  readonly name: string;
  /** Mean absolute difference to the truth, 0 … 1; only with pairs. */
  readonly l1?: number;
  /** Mean absolute difference to the input after the way there and back, 0 … 1. */
  readonly cycle?: number;
}

/** What came out. */
export interface DirectionResult {
  /** The model first, then the baselines. */
  readonly methods: readonly MethodResult[];
  /** Sentences: what the model beats and what it does not. */
  readonly verdicts: readonly string[];
  readonly pictures: readonly PictureResult[];
  /** Numbers of the pictures from best to worst: by L1 with pairs, else by cycle error. */
  readonly ranking: readonly number[];
}

/** Pictures that are read and measured at once, as many as the feature network takes. */
const blockSize = 16;

/** The colours of a domain are taken from so many pictures. */
const colourPictures = 256;

/**
 * Measures a generator and two baselines on the same pictures: identity, which leaves every picture
 * as it is, and a transfer of mean colours, whose colours come from the evaluated pictures themselves
 * (so it knows more about them than the model does). With pairs L1, PSNR and SSIM to the truth, with
 * a way back the cycle error, and always the KID to the target's pictures.
 */
export async function evaluateDirection(options: DirectionOptions): Promise<DirectionResult> {
  const { source, target, isPaired, back, extractor, batchSize, onProgress } = options;
  const realFeatures: HostTensor[] = [];
  for (const numbers of blocksOf(target.names.length, blockSize)) {
    realFeatures.push(await extractor.features(await target.read(numbers)));
  }
  const methods = await createMethods(options);
  const cycles: number[] = [];
  let done = 0;
  for (const numbers of blocksOf(source.names.length, blockSize)) {
    onProgress(done);
    const images = await source.read(numbers);
    const truth = isPaired ? await target.read(numbers) : undefined;
    const translation = await inBatches(options.there, images, batchSize);
    for (const { measurement, draw } of methods) {
      await measurement.add(draw(images) ?? translation, truth);
    }
    if (back !== undefined) {
      cycles.push(...meanDifferences(await inBatches(back, translation, batchSize), images));
    }
    done += numbers.length;
  }
  onProgress(done);
  const results = methods.map(({ measurement, isModel }) => {
    const result = measurement.result(joinRows(realFeatures));
    if (!isModel || cycles.length === 0) return result;
    return { ...result, measures: { ...result.measures, cycle: meanOf(cycles) } };
  });
  const { l1 } = methods[0]!.measurement;
  const pictures = source.names.map((name, index) => ({
    name,
    ...(l1[index] === undefined ? {} : { l1: l1[index] }),
    ...(cycles[index] === undefined ? {} : { cycle: cycles[index] }),
  }));
  return {
    methods: results,
    verdicts: compareWithBaselines(results, translationMeasures),
    pictures,
    ranking: rankingOf(pictures),
  };
}

/** Numbers of pictures from best to worst. */
function rankingOf(pictures: readonly PictureResult[]): number[] {
  const errorOf = (index: number): number => pictures[index]!.l1 ?? pictures[index]!.cycle ?? 0;
  return pictures.map((_, index) => index).sort((a, b) => errorOf(a) - errorOf(b));
}

interface Method {
  readonly measurement: MethodMeasurement;
  readonly isModel: boolean;
  /** What the method makes of pictures; undefined for the model, which runs anyway. */
  readonly draw: (images: HostTensor) => HostTensor | undefined;
}

async function createMethods({ source, target, extractor }: DirectionOptions): Promise<Method[]> {
  const [from, to] = [await coloursOf(source), await coloursOf(target)];
  const method = (name: string, isBaseline: boolean, draw: Method['draw']): Method => ({
    measurement: measureMethod({ name, isBaseline, extractor }),
    isModel: !isBaseline,
    draw,
  });
  return [
    method('model', false, () => undefined),
    method('identity', true, (images) => withChannels(images, to.mean.length)),
    method('mean colours', true, (images) => transferColours(images, from, to)),
  ];
}

async function coloursOf({ names, read }: PictureSet): Promise<ColourStatistics> {
  const count = Math.min(colourPictures, names.length);
  return colourStatistics(await read(Array.from({ length: count }, (_, number) => number)));
}

/** Pictures as they are: grey ones with three equal channels, colour ones as the mean of theirs. */
function withChannels(images: HostTensor, channels: number): HostTensor {
  if (images.shape[3] === channels) return images;
  const unchanged = (count: number): ColourStatistics => ({
    mean: new Array<number>(count).fill(0),
    standardDeviation: new Array<number>(count).fill(1),
  });
  return transferColours(images, unchanged(images.shape[3]!), unchanged(channels));
}

/** Runs a generator on as many pictures at once as always, so that one program serves all. */
async function inBatches(
  generate: Generate,
  images: HostTensor,
  batchSize: number,
): Promise<HostTensor> {
  const drawn: HostTensor[] = [];
  for (const numbers of blocksOf(images.shape[0]!, batchSize)) {
    const filled = hostTensor([batchSize, ...images.shape.slice(1)]);
    filled.data.set(rowsOf(images, numbers).data);
    drawn.push(rowsOf(await generate(filled), [...numbers.keys()]));
  }
  return joinRows(drawn)!;
}

/** Mean |x − y| of every picture, for values in [-1, 1] as if they were in [0, 1]. */
function meanDifferences(x: HostTensor, y: HostTensor): number[] {
  const count = x.shape[0]!;
  const size = x.data.length / count;
  return Array.from({ length: count }, (_, image) => {
    let sum = 0;
    for (let at = image * size; at < (image + 1) * size; at++) {
      sum += Math.abs(x.data[at]! - y.data[at]!);
    }
    return sum / size / 2;
  });
}

function blocksOf(count: number, size: number): number[][] {
  const blocks = Math.ceil(count / size);
  return Array.from({ length: blocks }, (_, block) =>
    Array.from({ length: Math.min(size, count - block * size) }, (_, at) => block * size + at),
  );
}
