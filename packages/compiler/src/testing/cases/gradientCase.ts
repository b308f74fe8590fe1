import type * as tf from '@tensorflow/tfjs';
import type { HostTensor } from '../../hostTensor.ts';
import { type SampleOptions, sampleTensor } from '../sampleTensor.ts';

/** One row of the table of operations that gradient and lowering tests share. */
export interface GradientCase {
  /** Unique; begins with the operation. */
  readonly name: string;
  readonly fn: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
  readonly inputs: readonly HostTensor<'float32'>[];
  /** Distance of finite differences, where the usual one is too coarse. */
  readonly step?: number;
}

type Source = readonly number[] | HostTensor<'float32'>;

/** Builds a row; an input given by its shape gets the values of `sampleTensor(shape, options)`. */
export function gradientCase(
  name: string,
  fn: GradientCase['fn'],
  sources: readonly Source[],
  options: SampleOptions = {},
): GradientCase {
  const inputs = sources.map((source, index) =>
    'data' in source ? source : sampleTensor(source, { seed: index + 1, ...options }),
  );
  return { name, fn, inputs };
}
