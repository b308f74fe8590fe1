import { createRuntime, UsageError, type HostTensor, type Tree } from '@gan-zoo/compiler';
import { defineCommand, formatRate, type Command, type CommandContext } from '../cli/index.ts';
import type { BatchSource } from '../data/index.ts';
import type { HostNetworkState } from '../layers/index.ts';
import { createRandom } from '../random/index.ts';
import {
  createRunFolder,
  inheritResumedRun,
  openNamedRun,
  truncateMetricsAfter,
  writeRunConfig,
  type RunFolder,
} from '../run/index.ts';
import { isBatchCounter, loadWeights, matchWeights } from '../weights/index.ts';
import { folderBatchTools } from './batchTools.ts';
import type { AnyGanDefinition } from './definition.ts';
import { checkpointOf, loadOwnCheckpoint } from './loadRun.ts';
import { trainLoop, type TrainResult } from './trainLoop.ts';
import type { TrainConfig } from './trainFields.ts';

interface Start {
  readonly run: RunFolder;
  readonly state: Tree<HostTensor>;
  readonly step: number;
}

/** The command `train` of an app: options, run folder, start or resume, the loop, the summary. */
export function trainCommand(definition: AnyGanDefinition, examples: readonly string[]): Command {
  return defineCommand({
    name: 'train',
    description: 'Trains the networks and saves checkpoints, metrics, plots and sample grids',
    schema: definition.schema,
    presets: definition.presets as never,
    defaultPreset: definition.defaultPreset,
    inherit: (given, place) => inheritResumedRun(given as { resume?: string }, place),
    examples,
    run: async (config, context) => {
      const result = await train(definition, config, context);
      if (context.signal.aborted) {
        context.log(`Saved step ${result.step}; continue with --resume ${result.run.path}`);
        throw context.signal.reason;
      }
    },
  });
}

/** Trains from a resolved configuration; what `train` and a demo do alike. */
export async function train(
  definition: AnyGanDefinition,
  config: TrainConfig,
  context: CommandContext,
): Promise<TrainResult & { readonly run: RunFolder }> {
  const tools = folderBatchTools({ config, ...context });
  const runtime = await createRuntime({ backend: config.backend, threads: config.threads });
  let batches: BatchSource<Tree<HostTensor>> | undefined;
  try {
    batches = await definition.openBatches(config, tools);
    const { run, state, step } = await start(definition, config, context);
    const { backend, threads } = runtime;
    const { app, version, preset, log, signal } = context;
    if (step === 0)
      await writeRunConfig(run, { app, version, preset, config: { ...config }, backend, threads });
    log(`Run folder: ${run.path}`);
    log(
      `Backend: ${backend} (${runtime.reason})${threads === undefined ? '' : `, ${threads} threads`}`,
    );
    const result = await trainLoop({
      ...{ definition, config, run, runtime, tools, batches, state, startStep: step, signal, log },
      progress: context.progress,
    });
    log(
      `Trained to step ${result.step}, ${formatRate(result.imagesPerSecond, 'images')}; ` +
        `waited ${(result.waitedMs / 1000).toFixed(2)} s for data`,
    );
    log(`Checkpoint: ${result.checkpoint}`);
    for (const path of result.pictures) log(`Picture: ${path}`);
    return { ...result, run };
  } finally {
    await batches?.close();
    await runtime.close();
  }
}

async function start(
  definition: AnyGanDefinition,
  config: TrainConfig,
  context: CommandContext,
): Promise<Start> {
  if (config.resume !== undefined) return resume(definition, config, context);
  const fresh = definition.initState(config, createRandom(config.seed));
  const state =
    config.weights === undefined
      ? fresh
      : await withWeights(fresh, context.resolvePath(config.weights));
  const out = config.out === undefined ? undefined : context.resolvePath(config.out);
  const run = await createRunFolder({
    ...{ out, app: context.app, preset: context.preset, root: context.workingFolder },
  });
  return { run, state, step: 0 };
}

async function resume(
  definition: AnyGanDefinition,
  config: TrainConfig,
  context: CommandContext,
): Promise<Start> {
  if (config.out !== undefined && context.explicitKeys.has('out')) {
    throw new UsageError('--out: a resumed run stays in its folder. Leave --out away.');
  }
  const run = await openNamedRun(config.resume!, context);
  const path = checkpointOf(run);
  const { state, metadata } = await loadOwnCheckpoint(path, definition);
  await truncateMetricsAfter(run.metrics, metadata.step);
  context.log(`Resuming step ${metadata.step} of ${path}`);
  return { run, state, step: metadata.step };
}

/** Replaces the networks' weights of a fresh state by those of a file, where the file has them. */
async function withWeights(state: Tree<HostTensor>, path: string): Promise<Tree<HostTensor>> {
  const parts = Object.entries(state as Record<string, unknown>);
  const loaded = await Promise.all(
    parts.map(async ([name, part]) => {
      if (!isNetworkState(part)) return [name, part] as const;
      const { tensors } = await loadWeights(path, { section: name });
      const expected = { ...part.params, ...part.buffers };
      const found = matchWeights(expected, tensors, {
        who: `--weights, ${name}`,
        optional: isBatchCounter,
      });
      const pick = (own: Record<string, HostTensor>): Record<string, HostTensor> =>
        Object.fromEntries(Object.keys(own).map((key) => [key, found[key]!]));
      return [name, { params: pick(part.params), buffers: pick(part.buffers) }] as const;
    }),
  );
  return Object.fromEntries(loaded) as Tree<HostTensor>;
}

const isNetworkState = (part: unknown): part is HostNetworkState =>
  typeof part === 'object' && part !== null && 'params' in part && 'buffers' in part;
