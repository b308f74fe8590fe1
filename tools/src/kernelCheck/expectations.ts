import { mapInputs, type KernelCall, type RecordedTensor } from './kernelCall.ts';

/** Calls that may fail on TensorFlow, and why that is right. */
interface Expectation {
  readonly kernels: readonly string[];
  readonly reason: string;
  /** Which calls of the kernels. Default: all. */
  readonly covers?: (call: KernelCall) => boolean;
}

/** Whether any operand fits. */
const reads =
  (fits: (tensor: RecordedTensor) => boolean) =>
  ({ inputs }: KernelCall): boolean =>
    Object.values(mapInputs(inputs, fits)).flat().includes(true);

/** Whether some result is a value. */
const results =
  (wanted: number) =>
  ({ outputs }: KernelCall): boolean =>
    outputs.some(({ values }) => [...values].includes(wanted as never));

const expectations: readonly Expectation[] = [
  {
    kernels: [
      ...['BitwiseAnd', 'DenseBincount', 'MaxPoolWithArgmax', 'RaggedGather', 'RaggedRange'],
      ...['RaggedTensorToTensor', 'SearchSorted', 'SparseFillEmptyRows', 'SparseReshape'],
      ...['SparseSegmentMean', 'SparseSegmentSum', 'StringNGrams', 'StringSplit'],
      ...['StringToHashBucketFast', 'Transform'],
    ],
    reason: 'tfjs-node has no kernel for it',
  },
  {
    kernels: ['Greater', 'GreaterEqual', 'Less', 'LessEqual'],
    reason: 'TensorFlow does not order strings',
    covers: reads(({ dtype }) => dtype === 'string'),
  },
  {
    kernels: ['AvgPool', 'MaxPool'],
    reason: 'tfjs-cpu returns its input for windows of 1, even when they skip or reach outside',
    covers: ({ attrs }) => attrs['filterSize'] === 1 && attrs['strides'] !== 1,
  },
  {
    kernels: ['AvgPool3D'],
    reason: 'tfjs-cpu makes 0 of windows wholly in padding, where the average of nothing is NaN',
    covers: results(0),
  },
  {
    kernels: ['MaxPool'],
    reason: 'the maximum of windows wholly in padding is the lowest number, in tfjs-cpu -Infinity',
    covers: results(-Infinity),
  },
  {
    kernels: ['Diag'],
    reason: 'TensorFlow has no diagonal of truth values',
    covers: reads(({ dtype }) => dtype === 'bool'),
  },
  {
    kernels: ['AvgPoolGrad'],
    reason: 'tfjs-cpu divides by the whole window, though its AvgPool does not count padding',
    covers: ({ attrs }) => attrs['pad'] !== 'valid' && attrs['pad'] !== 0,
  },
  {
    kernels: ['Conv2DBackpropInput'],
    reason: 'TensorFlow refuses gradients larger than the result of the convolution',
    covers: ({ inputs, attrs }) => {
      const { dy } = inputs as { readonly dy: RecordedTensor };
      const [, height] = attrs['inputShape'] as number[];
      return attrs['pad'] === 'same' && dy.shape[1]! > height!;
    },
  },
  {
    kernels: ['Unique'],
    reason: 'to TensorFlow no NaN is like another',
    covers: reads(({ values }) => [...values].some((value) => Number.isNaN(value))),
  },
  {
    kernels: ['TopK'],
    reason: 'the order is free unless it is to be sorted',
    covers: ({ attrs }) => attrs['sorted'] === false,
  },
];

/** Why a call may fail; undefined when it must not. */
export const expectationOf = (call: KernelCall): string | undefined =>
  expectations.find(
    ({ kernels, covers = () => true }) => kernels.includes(call.kernel) && covers(call),
  )?.reason;

/** The kernels of which all calls that may fail succeed: what was wrong has been mended. */
export function needlessExpectations(failed: readonly KernelCall[]): string[] {
  const needed = new Set(
    failed.filter((call) => expectationOf(call) !== undefined).map(({ kernel }) => kernel),
  );
  return expectations.flatMap(({ kernels }) => kernels).filter((kernel) => !needed.has(kernel));
}
