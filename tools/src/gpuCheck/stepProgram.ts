/**
 * Waits to be timed, like an app's `bench --serve`, with options of ONNX Runtime that the apps have no
 * flags for: node stepProgram.ts '<JSON of StepProgramOptions>'
 */
import { createInterface } from 'node:readline';
import {
  createRuntime,
  flattenTree,
  mapTree,
  type HostTensor,
  type StepRunner,
  type TrainStep,
  type Tree,
} from '@gan-zoo/compiler';
import {
  createRandom,
  noiseBatchTools,
  stepParts,
  UserError,
  type AnyGanDefinition,
  type BenchAnswer,
  type BenchHello,
  type BenchPlan,
  type BenchRequest,
  type TrainConfig,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import { copyKind, type StepProgramOptions } from './stepProgramOptions.ts';

const say = (content: BenchHello | BenchAnswer): void =>
  void process.stdout.write(`${JSON.stringify(content)}\n`);

async function serve({ app, preset, runtime: options }: StepProgramOptions): Promise<void> {
  const { definition, plan } = await loadApp(app);
  const values = definition.presets[preset]?.values;
  const config = definition.schema.parse({ ...values, ...plan.config }) as TrainConfig;
  const runtime = await createRuntime(options);
  const state = definition.initState(config, createRandom(config.seed));
  const leaves = flattenTree<HostTensor>(state);
  const stateBytes = leaves.reduce((sum, { leaf }) => sum + leaf.data.byteLength, 0);
  const { backend, threads } = runtime;
  say({ name: app, engine: backend, threads, kinds: [], config: { stateBytes } });
  let run: ((steps: number) => Promise<number>) | undefined;
  const prepare = async (kind: string): Promise<string> => {
    const isCopy = kind === copyKind;
    const batch = isCopy ? {} : await makeBatch(definition, plan, config, kind);
    const step = isCopy ? copyStep : definition.createTrainStep(config);
    run = timed(await runtime.trainStep(step as TrainStep<unknown, unknown>, state), batch);
    await run(2);
    return backend;
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as BenchRequest;
    if ('prepare' in request) say({ prepared: await prepare(request.prepare) });
    else if ('run' in request) say({ milliseconds: await run!(request.run) });
    else say({ peakBytes: process.resourceUsage().maxRSS * 1024 });
  }
  await runtime.close();
}

/** Milliseconds per step over so many steps. */
const timed =
  (runner: StepRunner, batch: Tree<HostTensor>) =>
  async (steps: number): Promise<number> => {
    const start = performance.now();
    for (let step = 0; step < steps; step++) await runner.step(batch);
    return (performance.now() - start) / steps;
  };

/** Touches every number of the state once, so that all of it has to be fetched and given back. */
const copyStep = (state: Tree<tf.Tensor>) => ({
  state: mapTree<tf.Tensor, tf.Tensor>(state, (tensor) =>
    tensor.dtype === 'float32' ? tf.mul(tensor, 0.999) : tensor,
  ),
  metrics: {},
  images: {},
});

async function loadApp(app: string): Promise<{ definition: AnyGanDefinition; plan: BenchPlan }> {
  const load = async (file: string): Promise<object> =>
    (await import(new URL(`../../../apps/${app}/src/${file}`, import.meta.url).href)) as object;
  const definition = Object.values(await load('definition.ts')).find(
    (value) => typeof value === 'object' && value !== null && 'createTrainStep' in value,
  ) as AnyGanDefinition;
  const { benchPlan } = (await load('bench/benchPlan.ts')) as { readonly benchPlan: BenchPlan };
  return { definition, plan: benchPlan };
}

async function makeBatch(
  definition: AnyGanDefinition,
  { kinds }: BenchPlan,
  config: TrainConfig,
  name: string,
): Promise<Tree<HostTensor>> {
  const kind = kinds[name];
  if (kind === undefined || !('parts' in kind)) throw new UserError(`no step ${name}`);
  const source = await definition.openBatches(config, noiseBatchTools(config));
  const all = Object.assign({}, ...stepParts(await source.batchAt(0))) as Record<
    string,
    Tree<HostTensor>
  >;
  await source.close();
  return Object.fromEntries(kind.parts.map((part) => [part, all[part]!]));
}

try {
  await serve(JSON.parse(process.argv[2]!) as StepProgramOptions);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
  process.stdin.destroy();
}
