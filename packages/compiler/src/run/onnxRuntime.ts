import { UserError } from '../errors.ts';
import type { HostTensor } from '../hostTensor.ts';
import { inputName, outputName } from '../lower/lower.ts';
import { buildProgram, buildStepProgram, type Program } from '../program.ts';
import type { StepOutput, StepRunner, TrainStep } from '../trainStep.ts';
import { flattenTree, isTensorLike, mapTree, treeSignature, type Tree } from '../tree.ts';
import { formatType, type Value } from '../capture/graph.ts';
import type { Layouts } from '../lower/residentLayouts.ts';
import { inversePermutation, permute } from './permute.ts';
import type { SessionOptions } from './protocol.ts';
import type { HostFunction, Runtime, StepRunnerOptions } from './runtime.ts';
import { WorkerClient } from './workerClient.ts';

interface Loaded {
  readonly program: Program;
  readonly session: number;
}

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

  function(fn: (...trees: never[]) => unknown): HostFunction {
    const cache = new Map<string, Promise<Loaded>>();
    const call = async (...trees: Tree<HostTensor>[]): Promise<Tree<HostTensor>> => {
      const signature = treeSignature(trees);
      const loading = cache.get(signature) ?? this.#load(buildProgram(fn, trees));
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
    const runner = new OnnxStepRunner({
      worker: this.#worker,
      prefix: `state${this.#nextState++}/`,
      shape: mapTree<HostTensor, HostTensor>(
        state,
        ({ dtype, shape }) => ({ dtype, shape }) as HostTensor,
      ),
      build: (batch, shape, layouts) =>
        buildStepProgram(step, shape, batch, { ...options, layouts }),
      load: (program) => this.#load(program),
    });
    await runner.writeState(state);
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

  async #load(program: Program): Promise<Loaded> {
    const session = this.#nextSession++;
    // ONNX Runtime refuses a model without nodes.
    if (program.graph.outputs.length === 0) return { program, session };
    await this.#worker.request('load', { session, model: program.model, options: this.#options });
    return { program, session };
  }

  async #call(
    { program, session }: Loaded,
    trees: readonly Tree<HostTensor>[],
  ): Promise<Tree<HostTensor>> {
    const given = new Map<string, HostTensor>();
    trees.forEach((tree, i) => {
      for (const { path, leaf } of flattenTree<HostTensor>(tree)) {
        given.set(path === '' ? `argument${i}` : `argument${i}/${path}`, leaf);
      }
    });
    const names = new Set(program.graph.inputs.map(({ name }) => name));
    const feeds = Object.fromEntries(
      [...given]
        .filter(([path]) => names.has(inputName(path)))
        .map(([path, leaf]) => [inputName(path), leaf]),
    );
    const fetch = program.graph.outputs.map(({ name }) => name);
    const request = { session, feeds, residents: {}, keep: {}, fetch };
    const answers = fetch.length === 0 ? {} : await this.#worker.request('run', request);
    return mapTree<Value, HostTensor>(program.result, (_, path) => {
      const argument = program.unchanged.get(path);
      return argument === undefined ? answers[outputName(path)]! : given.get(argument)!;
    });
  }
}

interface StepRunnerParts {
  readonly worker: WorkerClient;
  /** Names this runner's slots in the worker. */
  readonly prefix: string;
  /** The state's structure, dtypes and shapes. */
  readonly shape: Tree<HostTensor>;
  readonly build: (batch: Tree<HostTensor>, shape: Tree<HostTensor>, layouts: Layouts) => Program;
  readonly load: (program: Program) => Promise<Loaded>;
}

/** Keeps the state as tensors in the worker; a step reads them and puts its results in their place. */
class OnnxStepRunner implements StepRunner {
  readonly #parts: StepRunnerParts;
  readonly #programs = new Map<string, Promise<Loaded>>();
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

  writeState(state: Tree<HostTensor>): Promise<void> {
    return this.#inOrder(() => this.#writeState(state));
  }

  /** Waits for what was asked for before: a step reads the state that the one before it wrote. */
  #inOrder<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #step(batch: Tree<HostTensor>, images: boolean): Promise<StepOutput> {
    const { program, session } = await this.#programFor(batch);
    // A batch without any part asks for nothing.
    if (program.graph.outputs.length === 0) return this.#output(program, {}, images);
    const { feeds, residents } = this.#arguments(program, batch);
    const keep: Record<string, string> = {};
    const fetch: string[] = [];
    for (const { name } of program.graph.outputs) {
      if (name.startsWith('out:state/')) keep[name] = this.#slot(name.slice('out:state/'.length));
      else if (images || !name.startsWith('out:images/')) fetch.push(name);
    }
    const answers = await this.#parts.worker.request('run', {
      session,
      feeds,
      residents,
      keep,
      fetch,
    });
    return this.#output(program, answers, images);
  }

  async #readState(): Promise<Tree<HostTensor>> {
    const slots = this.#paths.map((path) => this.#slot(path));
    const tensors = await this.#parts.worker.request('read', { slots });
    return mapTree<HostTensor, HostTensor>(this.#parts.shape, (_, path) => {
      const layout = this.#layouts.get(`state/${path}`);
      const stored = tensors[this.#slot(path)]!;
      return layout === undefined ? stored : permute(stored, inversePermutation(layout));
    });
  }

  async #writeState(state: Tree<HostTensor>): Promise<void> {
    assertSameStructure('writeState', this.#parts.shape, state);
    const slots: Record<string, HostTensor> = {};
    for (const { path, leaf } of flattenTree<HostTensor>(state)) {
      slots[this.#slot(path)] = permute(leaf, this.#layouts.get(`state/${path}`) ?? []);
    }
    await this.#parts.worker.request('write', { slots });
  }

  async close(): Promise<void> {
    for (const loading of this.#programs.values()) {
      await this.#parts.worker.request('release', { session: (await loading).session });
    }
    await this.#parts.worker.request('drop', {
      slots: this.#paths.map((path) => this.#slot(path)),
    });
  }

  #programFor(batch: Tree<HostTensor>): Promise<Loaded> {
    const signature = treeSignature(batch);
    const loading = this.#programs.get(signature) ?? this.#load(batch);
    this.#programs.set(signature, loading);
    return loading;
  }

  async #load(batch: Tree<HostTensor>): Promise<Loaded> {
    const program = this.#parts.build(batch, this.#parts.shape, this.#layouts);
    const result = program.result as { readonly state: Tree<Value> };
    assertSameStructure('the train step', this.#parts.shape, result.state);
    await this.#adopt(program.layouts);
    return this.#parts.load(program);
  }

  /** Stores the slots that a new program is the first to use as it likes them. */
  async #adopt(layouts: Layouts): Promise<void> {
    const fresh = [...layouts].filter(([path]) => !this.#layouts.has(path));
    for (const [path, layout] of fresh) this.#layouts.set(path, layout);
    const moved = fresh.filter(([, layout]) => layout.some((axis, i) => axis !== i));
    const names = moved.map(([path]) => this.#slot(path.slice('state/'.length)));
    const tensors = await this.#parts.worker.request('read', { slots: names });
    const slots = Object.fromEntries(
      moved.map(([, layout], i) => [names[i]!, permute(tensors[names[i]!]!, layout)]),
    );
    await this.#parts.worker.request('write', { slots });
  }

  #slot(path: string): string {
    return this.#parts.prefix + path;
  }

  #arguments(program: Program, batch: Tree<HostTensor>) {
    const given = new Map(flattenTree<HostTensor>(batch).map(({ path, leaf }) => [path, leaf]));
    const feeds: Record<string, HostTensor> = {};
    const residents: Record<string, string> = {};
    for (const { name } of program.graph.inputs) {
      if (name.startsWith('in:state/'))
        residents[name] = this.#slot(name.slice('in:state/'.length));
      else feeds[name] = given.get(name.slice('in:batch/'.length))!;
    }
    return { feeds, residents };
  }

  #output(program: Program, answers: Record<string, HostTensor>, images: boolean): StepOutput {
    const result = program.result as { [Part in 'metrics' | 'images' | 'gradients']?: Tree<Value> };
    const read = (part: 'images' | 'gradients'): Tree<HostTensor> =>
      mapTree<Value, HostTensor>(
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

/** Compares two trees by paths, dtypes and shapes and names every difference. */
export function assertSameStructure(who: string, expected: unknown, received: unknown): void {
  const types = (tree: unknown): Map<string, string> =>
    new Map(
      flattenTree(tree, isTensorLike as never).map(({ path, leaf }) => [
        path,
        formatType(leaf as never),
      ]),
    );
  const [wanted, given] = [types(expected), types(received)];
  const problems: string[] = [];
  for (const [path, type] of wanted) {
    const own = given.get(path);
    if (own === undefined) problems.push(`${path} (${type}) is missing`);
    else if (own !== type) problems.push(`${path}: expected ${type}, received ${own}`);
  }
  for (const [path, type] of given)
    if (!wanted.has(path)) problems.push(`${path} (${type}) is not known`);
  if (problems.length === 0) return;
  const shown = problems
    .slice(0, 10)
    .map((problem) => `  ${problem}`)
    .join('\n');
  const more = problems.length > 10 ? `\n  … and ${problems.length - 10} more` : '';
  throw new UserError(
    `${who}: expected a state of the same structure as the first one:\n${shown}${more}\n` +
      `Return every part of the state from the step, changed or not.`,
  );
}
