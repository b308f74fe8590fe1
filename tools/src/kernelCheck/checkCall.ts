import {
  compareRanges,
  compareTensors,
  describeType,
  largestMagnitude,
  type Difference,
} from './compareTensors.ts';
import { mapInputs, type KernelCall, type RecordedTensor } from './kernelCall.ts';
import type { Outcome } from './replayCall.ts';

/** What is wrong with the outcome of a call. */
export interface Failure {
  readonly call: KernelCall;
  readonly outcome: Outcome;
  /** Relative size of the difference; undefined when the call was refused. */
  readonly size: number | undefined;
  readonly reason: string;
}

/** Kernels that draw at random, with the range of their results. */
const drawnRanges: Readonly<Record<string, (call: KernelCall) => readonly [number, number]>> = {
  Multinomial: ({ inputs }) => {
    const { logits } = inputs as { readonly logits: RecordedTensor };
    return [0, logits.shape.at(-1)! - 1];
  },
};

/** Kernels whose results may be nearly zero where large operands cancel: these set the scale. */
const cancellingKernels: ReadonlySet<string> = new Set(['Sum']);

/**
 * Compares what became of a replayed call with what was recorded.
 *
 * @returns undefined when they are equal
 */
export function checkCall(call: KernelCall, outcome: Outcome): Failure | undefined {
  if ('error' in outcome) {
    return { call, outcome, size: undefined, reason: messageOf(outcome.error) };
  }
  const difference = compare(call, outcome.outputs);
  return difference === undefined ? undefined : { call, outcome, ...difference };
}

function compare(call: KernelCall, received: readonly RecordedTensor[]): Difference | undefined {
  const range = drawnRanges[call.kernel]?.(call);
  if (range !== undefined) return compareRanges(call.outputs, received, range);
  const magnitudes = cancellingKernels.has(call.kernel)
    ? Object.values(mapInputs(call.inputs, largestMagnitude)).flat()
    : [];
  return compareTensors(call.outputs, received, Math.max(0, ...magnitudes));
}

/** An error's own words on one line; tfjs-node puts a status in front of TensorFlow's message. */
const messageOf = (error: string): string =>
  error
    .replace(/^Invalid TF_Status: \d+\s*Message: /, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** Writes a failed call down with all that is needed to make it again. */
export function describeFailure({ call, outcome, reason }: Failure): string {
  const operands = Object.entries(mapInputs(call.inputs, describeTensor)).map(
    ([name, tensor]) => `  ${name}: ${[tensor].flat().join(', ')}`,
  );
  return [
    `${call.kernel}: ${reason}`,
    ...operands,
    `  attributes: ${JSON.stringify(call.attrs)}`,
    `  expected: ${call.outputs.map(describeTensor).join(', ')}`,
    `  received: ${'error' in outcome ? 'an error' : outcome.outputs.map(describeTensor).join(', ')}`,
    `  recorded in: ${call.origin}`,
  ].join('\n');
}

const shownValues = 64;

function describeTensor(tensor: RecordedTensor): string {
  const shown = [...tensor.values].slice(0, shownValues).map((value) => {
    if (typeof value === 'string') return JSON.stringify(value);
    return tensor.dtype === 'int32' ? String(value) : String(Number(value.toPrecision(7)));
  });
  const more = tensor.values.length - shown.length;
  return `${describeType(tensor)} = ${shown.join(' ')}${more > 0 ? ` … ${more} more` : ''}`;
}
