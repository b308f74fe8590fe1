import type { ValueType } from '../capture/graph.ts';
import type { HostTensor } from '../hostTensor.ts';
import { outputName } from '../lower/lower.ts';
import type { Layouts } from '../lower/residentLayouts.ts';
import type { StepOutput, StepRunner } from '../trainStep.ts';
import { flattenTree, mapTree, treeSignature, type Tree } from '../tree.ts';
import { assertSameStructure } from './assertSameStructure.ts';
import type { LoadedProgram, PackedProgram } from './loadedProgram.ts';
import { arrayBuffersOf, ownArrays } from './memory.js';
import { inversePermutation } from './permute.js';
import type { Permutations } from './protocol.ts';
import type { StepRunnerOptions } from './runtime.ts';
import type { WorkerClient } from './workerClient.ts';

/** What a runner is made of. */
export interface StepRunnerParts {
  readonly worker: WorkerClient;
  /** Names this runner's slots in the worker. */
  readonly prefix: string;
  /** The state's structure, dtypes and shapes. */
  readonly shape: Tree<HostTensor>;
  readonly build: (
    batch: Tree<HostTensor>,
    shape: Tree<HostTensor>,
    layouts: Layouts,
  ) => PackedProgram;
  readonly load: (program: PackedProgram) => Promise<LoadedProgram>;
}

/** Keeps the state as tensors in the worker; a step reads them and puts its results in their place. */
export class OnnxStepRunner implements StepRunner {
  readonly #parts: StepRunnerParts;
  readonly #programs = new Map<string, Promise<LoadedProgram>>();
  readonly #paths: readonly string[];
  #last: Promise<unknown> = Promise.resolve();
  /** How the slots are stored, by argument path (`state/…`), as far as a program has decided. */
  readonly #layouts = new Map<string, readonly number[]>();

  constructor(parts: StepRunnerParts) {
    this.#parts = parts;
    this.#paths = flattenTree<HostTensor>(parts.shape).map(({ path }) => path);
  }

  prepare(batch: Tree<HostTensor>): Promise<void> {
    return this.#inOrder(async () => void (await this.#programFor(batch)));
  }

  step(batch: Tree<HostTensor>, { images = false } = {}): Promise<StepOutput> {
    return this.#inOrder(() => this.#step(batch, images));
  }

  readState(): Promise<Tree<HostTensor>> {
    return this.#inOrder(() => this.#readState());
  }

  writeState(
    state: Tree<HostTensor>,
    { givesState = false }: Pick<StepRunnerOptions, 'givesState'> = {},
  ): Promise<void> {
    return this.#inOrder(() => this.#writeState(state, givesState));
  }

  /** Waits for what was asked for before: a step reads the state that the one before it wrote. */
  #inOrder<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #step(batch: Tree<HostTensor>, images: boolean): Promise<StepOutput> {
    const program = await this.#programFor(batch);
    // A batch without any part asks for nothing.
    if (Object.keys(program.outputs).length === 0) return this.#output(program, {}, images);
    const { feeds, residents } = this.#arguments(program, batch);
    const keep: Record<string, string> = {};
    const fetch: string[] = [];
    for (const name of Object.keys(program.outputs)) {
      if (name.startsWith('out:state/')) keep[name] = this.#slot(name.slice('out:state/'.length));
      else if (images || !name.startsWith('out:images/')) fetch.push(name);
    }
    const answers = await this.#parts.worker.request('run', {
      session: program.session,
      feeds,
      residents,
      keep,
      overwrites: program.overwrites,
      fetch,
    });
    return this.#output(program, answers, images);
  }

  async #readState(): Promise<Tree<HostTensor>> {
    const slots = this.#paths.map((path) => this.#slot(path));
    const perms = this.#permutations(inversePermutation);
    const tensors = await this.#parts.worker.request('read', { slots, perms });
    return mapTree<HostTensor, HostTensor>(
      this.#parts.shape,
      (_, path) => tensors[this.#slot(path)]!,
    );
  }

  async #writeState(state: Tree<HostTensor>, givesState: boolean): Promise<void> {
    assertSameStructure('writeState', this.#parts.shape, state);
    const leaves = flattenTree<HostTensor>(state);
    const given = Object.fromEntries(leaves.map(({ path, leaf }) => [this.#slot(path), leaf]));
    const slots = givesState ? ownArrays(given) : given;
    const perms = this.#permutations((layout) => layout);
    const moved = givesState ? arrayBuffersOf(slots) : [];
    await this.#parts.worker.request('write', { slots, perms }, moved);
  }

  /** A permutation per slot whose layout is not the logical order. */
  #permutations(of: (layout: readonly number[]) => readonly number[]): Permutations {
    return Object.fromEntries(
      [...this.#layouts].map(([path, layout]) => [
        this.#slot(path.slice('state/'.length)),
        of(layout),
      ]),
    );
  }

  async close(): Promise<void> {
    for (const loading of this.#programs.values()) {
      await this.#parts.worker.request('release', { session: (await loading).session });
    }
    await this.#parts.worker.request('drop', {
      slots: this.#paths.map((path) => this.#slot(path)),
    });
  }

  #programFor(batch: Tree<HostTensor>): Promise<LoadedProgram> {
    const signature = treeSignature(batch);
    const loading = this.#programs.get(signature) ?? this.#load(batch);
    this.#programs.set(signature, loading);
    return loading;
  }

  async #load(batch: Tree<HostTensor>): Promise<LoadedProgram> {
    const program = this.#parts.build(batch, this.#parts.shape, this.#layouts);
    const result = program.result as { readonly state: Tree<ValueType> };
    assertSameStructure('the train step', this.#parts.shape, result.state);
    await this.#adopt(program.layouts);
    return this.#parts.load(program);
  }

  /** Stores the slots that a new program is the first to use as it likes them. */
  async #adopt(layouts: Layouts): Promise<void> {
    const fresh = [...layouts].filter(([path]) => !this.#layouts.has(path));
    for (const [path, layout] of fresh) this.#layouts.set(path, layout);
    const moved = fresh.filter(([, layout]) => layout.some((axis, i) => axis !== i));
    const perms = moved.map(([path, layout]) => [this.#slot(path.slice('state/'.length)), layout]);
    await this.#parts.worker.request('permute', {
      perms: Object.fromEntries(perms) as Permutations,
    });
  }

  #slot(path: string): string {
    return this.#parts.prefix + path;
  }

  #arguments(program: LoadedProgram, batch: Tree<HostTensor>) {
    const given = new Map(flattenTree<HostTensor>(batch).map(({ path, leaf }) => [path, leaf]));
    const feeds: Record<string, HostTensor> = {};
    const residents: Record<string, string> = {};
    for (const name of program.inputs) {
      if (name.startsWith('in:state/'))
        residents[name] = this.#slot(name.slice('in:state/'.length));
      else feeds[name] = given.get(name.slice('in:batch/'.length))!;
    }
    return { feeds, residents };
  }

  #output(
    program: LoadedProgram,
    answers: Record<string, HostTensor>,
    images: boolean,
  ): StepOutput {
    const result = program.result as {
      [Part in 'metrics' | 'images' | 'gradients']?: Tree<ValueType>;
    };
    const read = (part: 'images' | 'gradients'): Tree<HostTensor> =>
      mapTree<ValueType, HostTensor>(
        result[part],
        (_, path) => answers[outputName(`${part}/${path}`)]!,
      );
    const metrics: Record<string, number> = {};
    for (const { path } of flattenTree(result.metrics)) {
      metrics[path] = answers[outputName(`metrics/${path}`)]!.data[0]!;
    }
    return {
      metrics,
      images: images ? (read('images') as Record<string, HostTensor>) : {},
      ...(result.gradients === undefined ? {} : { gradients: read('gradients') }),
    };
  }
}
