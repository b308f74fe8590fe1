import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  createRuntime,
  UserError,
  type HostTensor,
  type Runtime,
  type StepRunner,
  type Tree,
} from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import {
  defineCommand,
  formatBytes,
  formatRate,
  runtimeFields,
  type Command,
  type CommandContext,
} from '../cli/index.ts';
import { createRandom } from '../random/index.ts';
import { packageVersion } from '../run/index.ts';
import { stepParts } from './stepParts.ts';
import { noiseBatchTools } from './batchTools.ts';
import { peakMemory, serveMeasurements, type BenchHello, type Measurable } from './benchService.ts';
import type { AnyGanDefinition } from './definition.ts';
import type { TrainConfig } from './trainFields.ts';

/** What a step is called in tables, and which part of a full batch it gets. */
export interface StepWork {
  readonly title: string;
  readonly parts: readonly string[];
}

/** Work other than a train step, such as drawing: what makes it ready to be called again and again. */
export interface OtherWork {
  readonly title: string;
  start(config: never, runtime: Runtime): () => Promise<unknown>;
}

/** One kind of work that is timed. */
export type BenchWork = StepWork | OtherWork;

/** What there is to time of an app, by name. */
export interface BenchPlan {
  /** Keys of the app's config that are offered as options besides the batch size: sizes of the networks. */
  readonly options: readonly string[];
  /** Values for the rest of the config that make step 0 do everything. Default: none. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly kinds: Readonly<Record<string, BenchWork>>;
  /** The same steps for another framework, run by the tools' benchmark. Default: none. */
  readonly peerScript?: URL;
}

const ownFields = {
  kind: z
    .string()
    .default('all')
    .meta({ placeholder: 'name', description: 'The kind of step to time, or all' }),
  rounds: z.int().min(1).default(5).meta({ description: 'Measurements of each kind' }),
  stepsPerRound: z
    .int()
    .min(1)
    .default(3)
    .meta({ description: 'Steps of one measurement', unit: 'steps' }),
  serve: z
    .boolean()
    .default(false)
    .describe('Wait for requests on stdin: how tools:bench compares two programs'),
  ...runtimeFields,
} as const;

/**
 * The command `bench` of an app: times its train step, compiled or eager, on pictures of noise that
 * are made before the clock starts. Takes its sizes' options from the app's schema.
 */
export function benchCommand(definition: AnyGanDefinition, plan: BenchPlan): Command {
  const full = definition.schema as z.ZodObject;
  const sizes = Object.fromEntries(
    ['batchSize', ...plan.options].map((key) => [key, full.shape[key]!]),
  );
  return defineCommand({
    name: 'bench',
    description: 'Times the steps of training on this machine',
    schema: z.object({ ...sizes, ...ownFields }),
    presets: presetsOf(definition, [...Object.keys(sizes), ...Object.keys(ownFields)]),
    examples: ['--batch-size 32', '--kind all --rounds 3'],
    run: async (options, context) => {
      const { kind, rounds, stepsPerRound, serve, ...given } = options;
      const values = definition.presets[context.preset ?? '']?.values;
      const config = full.parse({ ...values, ...plan.config, ...given }) as unknown as TrainConfig;
      const runtime = await createRuntime({ backend: config.backend, threads: config.threads });
      try {
        const measurable = measurableWork(definition, plan, config, runtime);
        if (serve) {
          const hello = describe(definition, plan, config, runtime);
          return await serveStdin(hello, measurable, context);
        }
        const kinds = kind === 'all' ? Object.keys(plan.kinds) : [kind];
        for (const each of kinds) {
          await measurable.prepare(each);
          const times: number[] = [];
          for (let round = 0; round < rounds; round++) {
            context.signal.throwIfAborted();
            times.push(await measurable.run(stepsPerRound));
          }
          context.print(formatTimes(plan.kinds[each]!.title, times, config.batchSize));
        }
        context.print(`Peak memory of this process: ${formatBytes(peakMemory())}`);
      } finally {
        await runtime.close();
      }
    },
  });
}

/** The app's presets with those of their values that have an option here; the command adds the rest. */
function presetsOf(
  { presets }: AnyGanDefinition,
  known: readonly string[],
): Record<string, { description: string; values: object }> {
  const shown = (values: object): object =>
    Object.fromEntries(Object.entries(values).filter(([key]) => known.includes(key)));
  return Object.fromEntries(
    Object.entries(presets).map(([name, { description, values }]) => [
      name,
      { description, values: shown(values) },
    ]),
  );
}

/** Answers the lines of stdin; lets go of it at the end, or a failure would wait for more lines. */
async function serveStdin(
  hello: BenchHello,
  measurable: Measurable,
  { signal, print }: CommandContext,
): Promise<void> {
  const lines = createInterface({ input: process.stdin, signal });
  try {
    await serveMeasurements(hello, measurable, lines, print);
  } finally {
    process.stdin.destroy();
  }
}

/** Prepares and runs one kind of work at a time; a step's batch is made beforehand. */
function measurableWork(
  definition: AnyGanDefinition,
  plan: BenchPlan,
  config: TrainConfig,
  runtime: Runtime,
): Measurable {
  let work: (() => Promise<unknown>) | undefined;
  let runner: StepRunner | undefined;
  const run = async (times: number): Promise<number> => {
    if (work === undefined) {
      throw new UserError('bench: expected {"prepare": kind} before {"run": steps}.');
    }
    const start = performance.now();
    for (let time = 0; time < times; time++) await work();
    return (performance.now() - start) / times;
  };
  const prepareSteps = async (parts: readonly string[]): Promise<() => Promise<unknown>> => {
    const batch = await makeBatch(definition, config, parts);
    const step = definition.createTrainStep(config);
    const state = definition.initState(config, createRandom(config.seed));
    const stepping = await runtime.trainStep(step, state, { givesState: true });
    runner = stepping;
    return () => stepping.step(batch);
  };
  return {
    run,
    prepare: async (name) => {
      const kind = kindOf(plan, name);
      await runner?.close();
      runner = undefined;
      work =
        'parts' in kind ? await prepareSteps(kind.parts) : kind.start(config as never, runtime);
      // The first time compiles, the second fills ONNX Runtime's arena.
      await run(2);
      return runtime.backend;
    },
  };
}

function kindOf({ kinds }: BenchPlan, name: string): BenchWork {
  const kind = kinds[name];
  if (kind !== undefined) return kind;
  throw new UserError(
    `--kind: expected all or one of ${Object.keys(kinds).join(', ')}, received ${name}.`,
  );
}

/** The batch of every step of a kind, made beforehand. */
async function makeBatch(
  definition: AnyGanDefinition,
  config: TrainConfig,
  parts: readonly string[],
): Promise<Tree<HostTensor>> {
  const source = await definition.openBatches(config, noiseBatchTools(config));
  // Of a batch that comes in parts, the last one that trains a network is timed for it.
  const batch = Object.assign({}, ...stepParts(await source.batchAt(0))) as Record<
    string,
    Tree<HostTensor>
  >;
  await source.close();
  return Object.fromEntries(parts.map((part) => [part, batch[part]!]));
}

function describe(
  definition: AnyGanDefinition,
  { kinds, peerScript }: BenchPlan,
  config: TrainConfig,
  { backend, threads }: Runtime,
): BenchHello {
  return {
    name: definition.name,
    engine: `${backend}, ${engineOf(backend)}, Node ${process.version}`,
    threads,
    kinds: Object.entries(kinds).map(([name, { title }]) => ({ name, title })),
    config: { ...config },
    ...(peerScript === undefined ? {} : { peerScript: fileURLToPath(peerScript) }),
  };
}

/** What computes, with its version. */
function engineOf(backend: string): string {
  if (backend.startsWith('onnx-')) return `onnxruntime-node ${packageVersion('onnxruntime-node')}`;
  const tfjs = `TensorFlow.js ${packageVersion('@tensorflow/tfjs')}`;
  if (backend !== 'tfjs-node-gpu') return tfjs;
  // What tfjs-node's backend tells of itself.
  const { binding, isUsingGpuDevice } = tf.findBackend('tensorflow') as {
    readonly binding?: { readonly TF_Version?: string };
    readonly isUsingGpuDevice?: boolean;
  };
  const device = isUsingGpuDevice === true ? 'GPU' : 'processor';
  return `${tfjs}, TensorFlow ${binding?.TF_Version ?? 'unknown'} on the ${device}`;
}

function formatTimes(title: string, times: readonly number[], batchSize: number): string {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  const range = `${sorted[0]!.toFixed(1)}–${sorted.at(-1)!.toFixed(1)}`;
  return `${title}: ${middle.toFixed(1)} ms (${range}), ${formatRate((1000 * batchSize) / middle, 'images')}`;
}
