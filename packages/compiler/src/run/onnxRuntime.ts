import type { ValueType } from '../capture/graph.ts';
import type { HostTensor } from '../hostTensor.ts';
import { inputName, outputName } from '../lower/lower.ts';
import { buildProgram, buildStepProgram, type Program } from '../program.ts';
import type { StepRunner, TrainStep } from '../trainStep.ts';
import { flattenTree, mapTree, treeSignature, type Tree } from '../tree.ts';
import { collectGarbage } from './collectGarbage.js';
import { packProgram, type LoadedProgram, type PackedProgram } from './loadedProgram.ts';
import { OnnxStepRunner } from './onnxStepRunner.ts';
import type { SessionOptions } from './protocol.ts';
import type { HostFunction, Runtime, StepRunnerOptions } from './runtime.ts';
import { WorkerClient } from './workerClient.ts';

/**
 * From so many bytes of activations on ONNX Runtime keeps no arena, which among pieces of many sizes
 * grows to several times what is in use. In the first run it takes every piece from the system by
 * itself, and plans from that where each is to lie in a single one, which the later runs take.
 */
const largestArenaBytes = 2 ** 30;

const withMemory = (options: SessionOptions, activationBytes: number): SessionOptions =>
  activationBytes < largestArenaBytes
    ? options
    : {
        ...options,
        overrides: { enableCpuMemArena: false, enableMemPattern: true, ...options.overrides },
      };

/** Compiles functions to ONNX Runtime sessions that run in one worker thread. */
export class OnnxRuntime implements Runtime {
  readonly backend: string;
  readonly reason: string;
  readonly #options: SessionOptions;
  readonly #worker = new WorkerClient();
  #nextSession = 0;
  #nextState = 0;

  constructor(backend: string, reason: string, options: SessionOptions) {
    this.backend = backend;
    this.reason = reason;
    this.#options = options;
  }

  get threads(): number {
    return this.#options.threads;
  }

  #build(fn: (...trees: never[]) => unknown, trees: readonly Tree<HostTensor>[]): Program {
    return buildProgram(fn, trees, [], undefined, this.#options.convolutions);
  }

  function(fn: (...trees: never[]) => unknown): HostFunction {
    const cache = new Map<string, Promise<LoadedProgram>>();
    const call = async (...trees: Tree<HostTensor>[]): Promise<Tree<HostTensor>> => {
      const signature = treeSignature(trees);
      const loading = cache.get(signature) ?? this.#load(packProgram(this.#build(fn, trees)));
      cache.set(signature, loading);
      return this.#call(await loading, trees);
    };
    const dispose = async (): Promise<void> => {
      for (const loading of cache.values()) {
        await this.#worker.request('release', { session: (await loading).session });
      }
      cache.clear();
    };
    return Object.assign(call, { dispose });
  }

  async trainStep<State, Batch>(
    step: TrainStep<State, Batch>,
    state: Tree<HostTensor>,
    options: StepRunnerOptions = {},
  ): Promise<StepRunner> {
    const { convolutions = 'estimated' } = this.#options;
    const runner = new OnnxStepRunner({
      worker: this.#worker,
      prefix: `state${this.#nextState++}/`,
      shape: mapTree<HostTensor, HostTensor>(
        state,
        ({ dtype, shape }) => ({ dtype, shape }) as HostTensor,
      ),
      build: (batch, shape, layouts) =>
        packProgram(buildStepProgram(step, shape, batch, { ...options, layouts, convolutions })),
      load: (program) => this.#load(program),
    });
    await runner.writeState(state, options);
    return runner;
  }

  /**
   * Writes ONNX Runtime's profile of every session, where profiling was asked for; sessions that were
   * released have written theirs. The files are named `<prefix>_<time>.json`.
   */
  async endProfiling(): Promise<void> {
    for (let session = 0; session < this.#nextSession; session++) {
      await this.#worker.request('endProfiling', { session });
    }
  }

  close(): Promise<void> {
    return this.#worker.close();
  }

  async #load({ model, ...program }: PackedProgram): Promise<LoadedProgram> {
    const session = this.#nextSession++;
    // The graph with its constants is garbage now, and the session needs room.
    collectGarbage();
    if (model !== undefined) {
      const options = withMemory(this.#options, program.activationBytes);
      const request = { session, model, options, results: program.outputs };
      const isWhole = model.byteLength === model.buffer.byteLength;
      await this.#worker.request('load', request, isWhole ? [model.buffer as ArrayBuffer] : []);
    }
    return { ...program, session };
  }

  async #call(
    program: LoadedProgram,
    trees: readonly Tree<HostTensor>[],
  ): Promise<Tree<HostTensor>> {
    const given = new Map<string, HostTensor>();
    trees.forEach((tree, i) => {
      for (const { path, leaf } of flattenTree<HostTensor>(tree)) {
        given.set(path === '' ? `argument${i}` : `argument${i}/${path}`, leaf);
      }
    });
    const names = new Set(program.inputs);
    const feeds = Object.fromEntries(
      [...given]
        .filter(([path]) => names.has(inputName(path)))
        .map(([path, leaf]) => [inputName(path), leaf]),
    );
    const { session } = program;
    const fetch = Object.keys(program.outputs);
    const request = { session, feeds, residents: {}, keep: {}, overwrites: {}, fetch };
    const answers = fetch.length === 0 ? {} : await this.#worker.request('run', request);
    return mapTree<ValueType, HostTensor>(program.result, (_, path) => {
      const argument = program.unchanged.get(path);
      return argument === undefined ? answers[outputName(path)]! : given.get(argument)!;
    });
  }
}
