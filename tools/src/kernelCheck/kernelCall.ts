/** A tensor with its values, or its texts. */
export interface RecordedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** A complex number takes two places, real part first. */
  readonly values: Float32Array | Int32Array | Uint8Array | readonly string[];
}

/** What a kernel reads: a list for the kernels that take one, such as `Concat`; else by name. */
export type RecordedInputs =
  readonly RecordedTensor[] | Readonly<Record<string, RecordedTensor | readonly RecordedTensor[]>>;

/** What a kernel read and what tfjs-cpu made of it. */
export interface KernelCall {
  readonly kernel: string;
  readonly inputs: RecordedInputs;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly outputs: readonly RecordedTensor[];
  /** Where it was recorded: the name of a test, or of an app. */
  readonly origin: string;
}

/** What a recording process writes down. */
export interface Recording {
  /** Distinct calls in the order in which they happened. */
  readonly calls: readonly KernelCall[];
  /** How many calls there were, repeated ones included. */
  readonly total: number;
  /** Kernels and how many of their calls could not be written down. */
  readonly skipped: Readonly<Record<string, number>>;
}

/** Environment variable with the file that a recording process writes. */
export const recordingFileVariable = 'GAN_ZOO_KERNEL_RECORDING';

/** Environment variable with what a recording process runs, as {@link KernelCall.origin}. */
export const recordingOriginVariable = 'GAN_ZOO_KERNEL_RECORDING_OF';

/** Replaces every tensor that a kernel reads. */
export function mapInputs<Result>(
  inputs: RecordedInputs,
  change: (tensor: RecordedTensor) => Result,
): Result[] | Record<string, Result | Result[]> {
  if (isList(inputs)) return inputs.map(change);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]) => [
      name,
      isList(tensor) ? tensor.map(change) : change(tensor),
    ]),
  );
}

const isList = (inputs: object): inputs is readonly RecordedTensor[] => Array.isArray(inputs);
