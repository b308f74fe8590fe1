import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import type { ReferenceImages } from '../../../gan/definition/index.ts';
import {
  compareWithBaselines,
  kernelInceptionDistance,
  meanOf,
  type FeatureExtractor,
  type MeasureTable,
  type MethodResult,
} from '../../../judging/evaluation/index.ts';
import { createRandom } from '../../../model/random/index.ts';

/** What drawn pictures are measured by. */
export type DrawingMeasure = 'kid' | 'diversity' | 'nearest';

/** The measures of drawn pictures. */
export const drawingMeasures: MeasureTable<DrawingMeasure> = {
  kid: { title: 'KID', better: 'lower', digits: 4, counts: true },
  diversity: { title: 'diversity', better: 'higher', digits: 4, counts: false },
  nearest: { title: 'nearest', better: 'higher', digits: 4, counts: false },
};

/** A picture's closest training picture. */
export interface Nearest {
  /** Its number among the training pictures. */
  readonly place: number;
  /** 1 less the cosine between both pictures' features. */
  readonly distance: number;
}

/** What {@link compareWithReal} found. */
export interface Compared {
  readonly methods: readonly MethodResult<DrawingMeasure>[];
  readonly verdicts: readonly string[];
  /** What the KID is measured to. */
  readonly against: string;
  /** For every drawn picture. */
  readonly nearest: readonly Nearest[];
}

/** What {@link compareWithReal} looks at. */
export interface CompareOptions {
  /** [N, S, S, C] in [-1, 1] */
  readonly drawn: HostTensor;
  readonly real: ReferenceImages;
  readonly extractor: FeatureExtractor;
  /** Of the noise that is measured beside them. */
  readonly seed: number;
}

/** Fewer held-back pictures say less than those that were trained on. */
const enoughHeldBack = 32;

/**
 * Measures drawn pictures in the features of MobileNetV2: their KID to real ones, how far they are
 * from each other (diversity), and how far from the closest training picture; beside real pictures
 * that were not trained on, and beside noise and the mean picture, which nothing has learnt.
 */
export async function compareWithReal(options: CompareOptions): Promise<Compared> {
  const { drawn, extractor, seed } = options;
  const { training, heldBack } = options.real;
  const isHeldBack = heldBack !== undefined && heldBack.shape[0]! >= enoughHeldBack;
  const real = isHeldBack ? heldBack : training;
  const [trainingFeatures, realFeatures] = [
    await extractor.features(training),
    await extractor.features(real),
  ];
  const measure = async (
    name: string,
    isBaseline: boolean,
    images: HostTensor,
  ): Promise<MethodResult<DrawingMeasure> & { readonly closest: readonly Nearest[] }> => {
    const features = await extractor.features(images);
    const distance = kernelInceptionDistance(features, realFeatures);
    const closest = nearestOf(features, trainingFeatures);
    return {
      ...{ name, isBaseline, kidDeviation: distance.standardDeviation, closest },
      measures: {
        kid: distance.mean,
        diversity: diversityOf(features),
        nearest: meanOf(closest.map((found) => found.distance)),
      },
    };
  };
  const rows = [
    await measure('generator', false, drawn),
    await measure('mean picture', true, meanPictures(training, drawn.shape[0]!)),
    await measure('noise', true, noiseLike(drawn, seed)),
  ];
  const learnt = rows.map(({ closest: _, ...row }) => row);
  const closestReal = nearestOf(realFeatures, trainingFeatures);
  const unseen: MethodResult<DrawingMeasure> = {
    ...{ name: 'held-back pictures', isBaseline: false },
    measures: {
      diversity: diversityOf(realFeatures),
      nearest: meanOf(closestReal.map(({ distance }) => distance)),
    },
  };
  return {
    methods: isHeldBack ? [...learnt, unseen] : learnt,
    verdicts: compareWithBaselines(learnt, drawingMeasures),
    against: `${real.shape[0]} pictures that were ${isHeldBack ? 'not ' : ''}trained on`,
    nearest: rows[0]!.closest,
  };
}

/** Rows of features at length 1. */
function unitRows({ shape, data }: HostTensor): readonly Float64Array[] {
  const [count = 0, width = 0] = shape;
  return Array.from({ length: count }, (_, row) => {
    const values = Float64Array.from(data.subarray(row * width, (row + 1) * width));
    const length = Math.hypot(...values) || 1;
    return values.map((value) => value / length);
  });
}

const cosine = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
};

/** For every row of `features` the closest of `others`. */
export function nearestOf(features: HostTensor, others: HostTensor): Nearest[] {
  const candidates = unitRows(others);
  return unitRows(features).map((row) => {
    let best: Nearest = { place: 0, distance: Infinity };
    candidates.forEach((candidate, place) => {
      const distance = 1 - cosine(row, candidate);
      if (distance < best.distance) best = { place, distance };
    });
    return best;
  });
}

/** The mean distance of neighbouring rows; rows come in no order, so these are pairs at random. */
export function diversityOf(features: HostTensor): number {
  const rows = unitRows(features);
  if (rows.length < 2) return 0;
  return meanOf(rows.map((row, at) => 1 - cosine(row, rows[(at + 1) % rows.length]!)));
}

/** The mean of pictures, several times over. */
function meanPictures({ shape, data }: HostTensor, count: number): HostTensor<'float32'> {
  const [all = 0, ...extents] = shape;
  const size = data.length / all;
  const mean = new Float32Array(size);
  data.forEach((value, at) => (mean[at % size]! += value / all));
  const values = new Float32Array(count * size);
  for (let picture = 0; picture < count; picture++) values.set(mean, picture * size);
  return hostTensor([count, ...extents], values);
}

/** Pictures of evenly distributed noise. */
const noiseLike = ({ shape, data }: HostTensor, seed: number): HostTensor<'float32'> =>
  hostTensor(
    shape,
    Float32Array.from(
      createRandom(seed).stream('evaluate/noise').at(0).uniforms(data.length),
      (value) => 2 * value - 1,
    ),
  );
