import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import type { Engine } from '@tensorflow/tfjs-core/dist/engine.js';
import {
  mapInputs,
  type KernelCall,
  type RecordedInputs,
  type RecordedTensor,
  type Recording,
} from './kernelCall.ts';

/** What to record of an engine. */
export interface RecordingOptions {
  /** Only calls on this backend. */
  readonly backend: string;
  /** Whether a kernel is the backend's own: tests put others in their place. */
  readonly isOwn?: (kernel: string) => boolean;
  /** At most so many calls that agree in kernel, attributes, dtypes and shapes. Default: all. */
  readonly perSignature?: number;
  /** Calls with a tensor of more values than this are skipped. */
  readonly maxValues: number;
  /** What is running at the moment. */
  readonly origin: () => string;
}

/** The engine of tfjs, as far as kernels are called with it. */
type KernelEngine = Pick<Engine, 'backendName' | 'runKernel'>;

/**
 * Writes down the kernel calls that an engine makes from now on. Calls that end with an error are
 * not written down.
 *
 * @returns a function that gives what was recorded so far
 */
export function recordCalls(engine: KernelEngine, options: RecordingOptions): () => Recording {
  const { backend, isOwn = () => true, maxValues, origin } = options;
  const log = new CallLog(options.perSignature ?? Infinity);
  const prototype = Object.getPrototypeOf(engine) as KernelEngine;
  const runKernel = prototype.runKernel as (...call: unknown[]) => unknown;
  const recordingRun = function (this: KernelEngine, ...words: [string, object, object?]): unknown {
    const [kernel, inputs, attrs = {}] = words;
    if (this.backendName !== backend || !isOwn(kernel)) return runKernel.apply(this, words);
    // Before it runs, because what runs it may free its operands.
    const read = attempt(() => ({
      inputs: recordInputs(inputs, maxValues),
      attrs: structuredClone(attrs) as KernelCall['attrs'],
    }));
    const results = runKernel.apply(this, words);
    const outputs = attempt(() =>
      ([results].flat() as unknown[]).map((tensor) => recordTensor(tensor, maxValues)),
    );
    if (read === undefined || outputs === undefined) log.skip(kernel);
    else log.add({ kernel, ...read, outputs, origin: origin() });
    return results;
  };
  prototype.runKernel = recordingRun as KernelEngine['runKernel'];
  return () => log.recording();
}

/** Keeps the first call of those that are the same. */
class CallLog {
  readonly #perSignature: number;
  readonly #seen = new Map<string, number>();
  readonly #calls: KernelCall[] = [];
  readonly #skipped: Record<string, number> = {};
  #total = 0;

  constructor(perSignature: number) {
    this.#perSignature = perSignature;
  }

  add(call: KernelCall): void {
    this.#total++;
    const { kernel, inputs, attrs } = call;
    if (this.#count([kernel, inputs, attrs]) > 1) return;
    const types = mapInputs(inputs, ({ dtype, shape }) => [dtype, shape]);
    if (this.#count([kernel, types, attrs]) <= this.#perSignature) this.#calls.push(call);
  }

  skip(kernel: string): void {
    this.#total++;
    this.#skipped[kernel] = (this.#skipped[kernel] ?? 0) + 1;
  }

  recording(): Recording {
    return { calls: this.#calls, total: this.#total, skipped: this.#skipped };
  }

  /** How often a value has come, this time included. */
  #count(value: unknown): number {
    const key = createHash('sha1').update(serialize(value)).digest('base64');
    const count = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, count);
    return count;
  }
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** What is read of a tfjs tensor. */
interface LiveTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly size: number;
  dataSync(): RecordedTensor['values'];
}

function recordInputs(inputs: object, maxValues: number): RecordedInputs {
  const record = (tensor: unknown): RecordedTensor => recordTensor(tensor, maxValues);
  if (Array.isArray(inputs)) return inputs.map(record);
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([, tensor]) => tensor !== undefined && tensor !== null)
      .map(([name, tensor]) => [name, Array.isArray(tensor) ? tensor.map(record) : record(tensor)]),
  );
}

/** Copies a tensor; throws for what is none, is disposed, or is too large. */
function recordTensor(tensor: unknown, maxValues: number): RecordedTensor {
  const { dtype, shape, size } = tensor as LiveTensor;
  if (!Array.isArray(shape) || size > maxValues) throw new Error('not a small tensor');
  return { dtype, shape: shape.slice(), values: (tensor as LiveTensor).dataSync().slice() };
}
