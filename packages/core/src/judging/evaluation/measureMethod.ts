import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import type { MethodResult } from './comparison.ts';
import { imageErrors } from './imageErrors.ts';
import type { FeatureExtractor } from './imageFeatures.ts';
import { kernelInceptionDistance } from './kid.ts';

/** Collects what is measured of a method, block of pictures after block. */
export interface MethodMeasurement {
  /**
   * Takes pictures in.
   *
   * Shape: all [N, H, W, C] in [-1, 1]
   *
   * @param truth what they should be, where that is known: for L1, PSNR and SSIM
   */
  add(images: HostTensor, truth?: HostTensor): Promise<void>;
  /** L1 of every picture so far that had a truth. */
  readonly l1: readonly number[];
  /** The means; with features of real pictures also the KID to those. */
  result(realFeatures?: HostTensor): MethodResult;
}

/** Options of {@link measureMethod}. */
export interface MethodOptions {
  readonly name: string;
  readonly isBaseline: boolean;
  /** For the KID; without one it is not measured. */
  readonly extractor: FeatureExtractor | undefined;
}

/** Starts measuring a method. Pictures are not kept, only their errors and features. */
export function measureMethod({ name, isBaseline, extractor }: MethodOptions): MethodMeasurement {
  const errors = { l1: [] as number[], psnr: [] as number[], ssim: [] as number[] };
  const features: HostTensor[] = [];
  return {
    l1: errors.l1,
    add: async (images, truth) => {
      if (truth !== undefined) {
        const { l1, psnr, ssim } = imageErrors(images, truth);
        errors.l1.push(...l1);
        errors.psnr.push(...psnr);
        errors.ssim.push(...ssim);
      }
      if (extractor !== undefined) features.push(await extractor.features(images));
    },
    result: (realFeatures) => {
      const means = Object.entries(errors).flatMap(([measure, values]) =>
        values.length === 0 ? [] : [[measure, meanOf(values)] as const],
      );
      const measures = Object.fromEntries(means);
      const own = joinRows(features);
      if (realFeatures === undefined || own === undefined || own.shape[0]! < 2)
        return { name, isBaseline, measures };
      const distance = kernelInceptionDistance(own, realFeatures);
      return {
        ...{ name, isBaseline, measures: { ...measures, kid: distance.mean } },
        kidDeviation: distance.standardDeviation,
      };
    },
  };
}

/** The mean of numbers; NaN of none. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Joins tensors along their first axis; undefined for none. */
export function joinRows(parts: readonly HostTensor[]): HostTensor<'float32'> | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const values = new Float32Array(parts.reduce((size, { data }) => size + data.length, 0));
  let offset = 0;
  for (const { data } of parts) {
    values.set(data, offset);
    offset += data.length;
  }
  const count = parts.reduce((rows, { shape }) => rows + shape[0]!, 0);
  return hostTensor([count, ...first.shape.slice(1)], values);
}
