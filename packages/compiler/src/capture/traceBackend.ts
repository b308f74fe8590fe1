import * as tf from '@tensorflow/tfjs';
import type { HostData, HostDtype } from '../hostTensor.ts';
import { UserError } from '../errors.ts';
import { hasShapeRule, inferShapes } from '../shapes/index.ts';
import { callSite, userLine } from './userLine.ts';
import { createGraph, formatType, type Graph, type Value, type ValueType } from './graph.ts';
import type { KernelName } from './kernels.ts';

/** The tfjs backend under which a function is captured. */
export const traceBackendName = 'gan-zoo-trace';

/** tfjs operations that draw random numbers; a trace would freeze the numbers of its one run. */
const randomScopes = new Set([
  'dropout',
  'multinomial',
  'rand',
  'randomGamma',
  'randomInt',
  'randomNormal',
  'randomStandardNormal',
  'randomUniform',
  'randomUniformInt',
  'truncatedNormal',
]);

/** The part of tfjs's engine that a recording backend needs and that its types leave out. */
interface Engine {
  state: {
    activeScope?: { name?: string };
    scopeStack?: { name?: string }[];
    tensorInfo: WeakMap<object, { backend: tf.KernelBackend }>;
  };
  makeTensorFromTensorInfo(info: tf.TensorInfo, backend?: tf.KernelBackend): tf.Tensor;
}

export const tfEngine = (): Engine => tf.engine();

/** A tfjs backend whose kernels compute nothing: each call is recorded into the open graph. */
export class TraceBackend extends tf.KernelBackend {
  readonly #values = new Map<object, Value>();
  /** Tensors of other backends that the open trace reads, by data id. */
  readonly #foreign = new Map<object, Value>();
  /** Disposed during the open trace; gradients still read what shares its data with a live tensor. */
  readonly #disposed = new Set<object>();
  #graph: Graph | undefined;
  #failure: UserError | undefined;

  /** Starts recording into `graph`; `undefined` ends it and forgets every traced value. */
  open(graph: Graph | undefined): void {
    this.#graph = graph;
    this.#failure = undefined;
    if (graph !== undefined) return;
    for (const [id, value] of this.#values)
      if (value.constant === undefined) this.#values.delete(id);
    for (const id of this.#disposed) this.#values.delete(id);
    this.#disposed.clear();
    this.#foreign.clear();
  }

  /** @throws UserError for what could not be reported where it happened: an asynchronous read */
  assertNoFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  get isOpen(): boolean {
    return this.#graph !== undefined;
  }

  /** Makes the tensor that stands for an argument of the captured function. */
  input(type: ValueType, path: string): tf.Tensor {
    const value = this.#addValue(type, { input: path });
    value.graph.inputs.push(value);
    return this.#wrap(value);
  }

  /** The graph's value behind a tensor that the captured function returned. */
  find(tensor: tf.TensorInfo, who: string): Value {
    if (tensor instanceof tf.Variable) throw capturedVariable(tensor.name);
    const value = this.#values.get(tensor.dataId) ?? this.#foreign.get(tensor.dataId);
    if (value !== undefined && (value.graph === this.#graph || value.constant !== undefined)) {
      return value;
    }
    const home = this.#homeOf(tensor.dataId);
    if (value !== undefined || home === undefined) throw leakedTensor(who, tensor);
    // A tensor that lives on another backend stays there; here it is a constant.
    const constant = this.#constant(home.readSync(tensor.dataId), tensor.shape, tensor.dtype);
    this.#foreign.set(tensor.dataId, constant);
    return constant;
  }

  record(
    kernel: string,
    inputs: tf.NamedTensorInfoMap,
    attrs: Record<string, unknown>,
  ): tf.TensorInfo[] {
    const graph = this.#requireGraph(kernel);
    const names = Object.keys(inputs).filter(
      (name) => inputs[name] !== undefined && inputs[name] !== null,
    );
    const values = names.map((name) => this.find(inputs[name]!, kernel));
    const site = callSite();
    if (!hasShapeRule(kernel)) {
      this.#refuseRandomness();
      graph.unsupported.push({ kernel, shapes: values.map(formatType), site });
      return executeForShape(kernel, values, names, Array.isArray(inputs), attrs).map((type) =>
        this.#info(this.#addValue(type)),
      );
    }
    const types = this.#infer(kernel, values, names, Array.isArray(inputs), attrs, site);
    const outputs = types.map((type) => this.#addValue(type));
    graph.nodes.push({ kernel, inputs: values, names, attrs, outputs, site });
    return outputs.map((value) => this.#info(value));
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const id = {};
    this.#refuseRandomness();
    this.move(id, values, shape, dtype);
    return id;
  }

  override move(id: object, values: tf.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.#values.set(id, this.#constant(values, shape, dtype));
  }

  override readSync(id: object): tf.BackendValues {
    const value = this.#values.get(id);
    if (value?.constant !== undefined) return value.constant;
    if (this.#graph === undefined) throw finishedTrace('a tensor');
    throw this.#refusedRead(value);
  }

  /** Never answers for a traced tensor: a rejection that nobody awaits would end the process. */
  override read(id: object): Promise<tf.BackendValues> {
    const value = this.#values.get(id);
    if (this.#graph === undefined || value?.constant !== undefined) {
      return Promise.resolve(this.readSync(id));
    }
    this.#failure ??= this.#refusedRead(value);
    return new Promise(() => undefined);
  }

  override disposeData(id: object): boolean {
    if (this.#graph === undefined) this.#values.delete(id);
    else this.#disposed.add(id);
    return true;
  }

  override refCount(): number {
    return 1;
  }

  /** Every kernel result has a data id of its own; only a variable takes over another tensor's. */
  override incRef(): void {
    if (this.#graph === undefined) return;
    throw new UserError(
      `compile: a variable is made or assigned inside a captured function, at ` +
        `${userLine(callSite())}. It would keep a tensor without numbers: take the value as an ` +
        `argument and return the new one.`,
    );
  }

  #refusedRead(value: Value | undefined): UserError {
    return new UserError(
      `compile: a traced tensor${value ? ` (${formatType(value)})` : ''} was read at ` +
        `${userLine(callSite())}. A captured function has no numbers yet, so dataSync(), data(), ` +
        `arraySync() and array() cannot work inside it: compute with tensor operations, or return ` +
        `the tensor and read it from the result.`,
    );
  }

  override numDataIds(): number {
    return this.#values.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }

  #infer(
    kernel: KernelName,
    values: Value[],
    names: string[],
    isList: boolean,
    attrs: Record<string, unknown>,
    site: Error,
  ): ValueType[] {
    const operands = isList
      ? values
      : Object.fromEntries(names.map((name, i) => [name, values[i]]));
    try {
      return inferShapes(kernel, operands, attrs);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(`${error.message} Called at ${userLine(site)}.`);
    }
  }

  #requireGraph(kernel: string): Graph {
    if (this.#graph !== undefined) return this.#graph;
    throw finishedTrace(kernel);
  }

  #refuseRandomness(): void {
    if (this.#graph === undefined) return;
    const state = tfEngine().state;
    for (const scope of [...(state.scopeStack ?? []), state.activeScope]) {
      const name = (scope?.name ?? '').replace(/__op$/, '');
      if (!randomScopes.has(name)) continue;
      throw new UserError(
        `compile: tf.${name} draws random numbers inside a captured function, at ` +
          `${userLine(callSite())}. They would be baked in and repeat at every step: draw them ` +
          `outside and pass them in the batch (noise, or a mask for dropout).`,
      );
    }
  }

  /** The other backend that holds a tensor's data. */
  #homeOf(id: object): tf.KernelBackend | undefined {
    const backend = tfEngine().state.tensorInfo.get(id)?.backend;
    return backend === this ? undefined : backend;
  }

  #constant(values: tf.BackendValues, shape: readonly number[], dtype: tf.DataType): Value {
    if (dtype === 'string' || dtype === 'complex64') {
      throw new UserError(`compile: expected float32, int32 or bool tensors, received ${dtype}.`);
    }
    const constant = toTypedArray(values as ArrayLike<number>, dtype);
    const graph = this.#graph ?? createGraph();
    return { id: graph.nextId++, graph, dtype, shape: [...shape], constant };
  }

  #addValue(type: ValueType, extra: { input?: string } = {}): Value {
    const graph = this.#requireGraph('compile');
    return { id: graph.nextId++, graph, dtype: type.dtype, shape: [...type.shape], ...extra };
  }

  #info(value: Value): tf.TensorInfo {
    const dataId = {};
    this.#values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  #wrap(value: Value): tf.Tensor {
    return tfEngine().makeTensorFromTensorInfo(this.#info(value), this);
  }
}

const leakedTensor = (who: string, tensor: tf.TensorInfo): UserError =>
  new UserError(
    `${who}: received a tensor [${tensor.shape.join(', ')}] that belongs to another trace, at ` +
      `${userLine(callSite())}. A tensor made while one function was captured must not be used in ` +
      `another: pass it as an argument.`,
  );

const finishedTrace = (who: string): UserError =>
  new UserError(
    `${who}: belongs to a finished trace, at ${userLine(callSite())}. Tensors of a captured function ` +
      `have no numbers and must not be kept in outer variables: return them instead.`,
  );

const capturedVariable = (name: string): UserError =>
  new UserError(
    `compile: the variable "${name}" is read inside a captured function, at ` +
      `${userLine(callSite())}. Its present value would be baked in: pass the value as an argument.`,
  );

function toTypedArray<D extends HostDtype>(values: ArrayLike<number>, dtype: D): HostData[D] {
  const types = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
  const Type = types[dtype];
  return (values instanceof Type ? values : Type.from(values)) as HostData[D];
}

/** The output types of a kernel without a rule, found by running it on zeros on tfjs's cpu backend. */
function executeForShape(
  kernel: string,
  values: readonly Value[],
  names: readonly string[],
  isList: boolean,
  attrs: Record<string, unknown>,
): ValueType[] {
  const config = tf.getKernel(kernel, 'cpu');
  const backend = tf.findBackend('cpu');
  if (config === undefined || config === null || backend === null)
    return [{ dtype: 'float32', shape: [] }];
  const tensors = values.map((value) => {
    const zeros = toTypedArray(
      value.constant ?? new Array<number>(size(value.shape)).fill(0),
      value.dtype,
    );
    const dataId = backend.write(zeros, [...value.shape], value.dtype);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  });
  const inputs = isList ? tensors : Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
  const run = config.kernelFunc as unknown as (params: object) => tf.TensorInfo | tf.TensorInfo[];
  const outputs = [run({ inputs, attrs, backend })].flat();
  return outputs.map(({ dtype, shape }) => ({ dtype: dtype as HostDtype, shape }));
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
