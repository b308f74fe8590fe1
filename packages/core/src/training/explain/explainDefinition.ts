import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import {
  buildStepProgram,
  emit,
  explainProgram,
  flattenTree,
  formatExplanation,
  formatProfile,
  isTensorLike,
  printGraph,
  printOnnxGraph,
  profileStep,
  treeSignature,
  type HostTensor,
  type Program,
  type Tree,
} from '@gan-zoo/compiler';
import type { WorkContext } from '../../base/console/workContext.ts';
import type { BatchSource } from '../../data/batches/index.ts';
import type { AnyGanDefinition, BatchTools, TrainConfig } from '../../gan/definition/index.ts';
import { createRandom } from '../../model/random/index.ts';
import { noiseBatchTools } from '../batchTools/index.ts';
import { createCadence } from '../trainer/cadence.ts';
import { stepParts } from '../trainer/stepParts.ts';

/** What is explained, and how closely. */
export interface ExplainConfig extends TrainConfig {
  /** Steps to run with the profiler; 0 counts without running. */
  readonly profileSteps: number;
  /** Also print the graph: kernels as captured, or operators as compiled. */
  readonly printGraph?: 'captured' | 'onnx' | undefined;
  /** Path of a file to write the compiled step to. */
  readonly onnx?: string | undefined;
}

/** First steps whose batches are looked at for different structures; so is the last one. */
const inspectedSteps = 20;

/**
 * Prints what a compiled train step consists of, for every structure of its batches, and profiles it.
 *
 * @throws when the signal aborts
 */
export async function explainDefinition(
  definition: AnyGanDefinition,
  config: ExplainConfig,
  context: Pick<WorkContext, 'signal' | 'print' | 'log' | 'resolvePath'>,
): Promise<void> {
  const state = definition.initState(config, createRandom(config.seed));
  const step = definition.createTrainStep(config);
  const variants = await distinctBatches(definition, config);
  for (const [index, variant] of variants.entries()) {
    context.signal.throwIfAborted();
    const program = buildStepProgram(step, state, variant.batch);
    if (index > 0) context.print('');
    context.print(titleOf(variant));
    if (config.printGraph !== undefined)
      context.print(`\n${graphText(program, config.printGraph)}`);
    context.print(`\n${formatExplanation(explainProgram(program))}`);
    if (config.onnx !== undefined) {
      const file = onnxFile(context.resolvePath(config.onnx), variant, variants.length);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, emit(program.graph));
      context.log(`ONNX model: ${file}`);
    }
    // A step that has nothing to do has nothing to measure.
    if (config.profileSteps === 0 || program.graph.nodes.length === 0) continue;
    context.log(`Running ${count(config.profileSteps, 'step')} with ONNX Runtime's profiler`);
    const { backend, threads, profileSteps: steps } = config;
    const profile = await profileStep({
      step,
      state,
      batch: variant.batch,
      steps,
      runtime: { backend, threads },
    });
    context.print(`\n${formatProfile(profile)}`);
  }
}

/** A batch, or a part of one, that compiles to a program of its own, and the steps with one like it. */
interface Variant {
  readonly batch: Tree<HostTensor>;
  /** Those among the first. */
  readonly steps: number[];
  /** Whether training's last step has one. */
  isLast: boolean;
}

/** The first batch of each structure among the first steps and the last one. */
async function distinctBatches(
  definition: AnyGanDefinition,
  config: TrainConfig,
): Promise<Variant[]> {
  const batches = await definition.openBatches(config, repeatImages(noiseBatchTools(config)));
  const variants = new Map<string, Variant>();
  const { totalSteps } = createCadence(config, batches.stepsPerEpoch);
  for (const step of [...Array(inspectedSteps).keys(), totalSteps - 1]) {
    for (const batch of stepParts(await batches.batchAt(step))) {
      const signature = treeSignature(batch);
      const known = variants.get(signature) ?? { batch, steps: [], isLast: false };
      if (step < inspectedSteps && known.steps.at(-1) !== step) known.steps.push(step);
      if (step === totalSteps - 1) known.isLast = true;
      variants.set(signature, known);
    }
  }
  await batches.close();
  return [...variants.values()];
}

/** Pictures of step 0 for every step: only their shape matters here. */
function repeatImages(tools: BatchTools): BatchTools {
  return {
    ...tools,
    images: async (options) => {
      const source: BatchSource<HostTensor> = await tools.images(options);
      const first = await source.batchAt(0);
      return { ...source, batchAt: () => Promise.resolve(first) };
    },
  };
}

/** The names of a batch's top entries: the updates that a step makes. */
const partsOf = (batch: Tree<HostTensor>): string[] =>
  isTensorLike(batch) || Array.isArray(batch)
    ? []
    : Object.entries(batch)
        .filter(([, part]) => part !== undefined)
        .map(([name]) => name);

function titleOf({ batch, ...when }: Variant): string {
  const parts = partsOf(batch);
  const isEmpty = flattenTree(batch).length === 0;
  const unnamed = isEmpty ? 'an empty batch: nothing to do' : 'a batch';
  const what = parts.length === 0 ? unnamed : `a batch of ${parts.join(' and ')}`;
  const title = `Step with ${what} (${whenOf(when)})`;
  return `${title}\n${'='.repeat(title.length)}`;
}

function whenOf({ steps, isLast }: Omit<Variant, 'batch'>): string {
  if (steps.length === 0) return 'later in training';
  if (steps.length === inspectedSteps) return isLast ? 'every step' : 'the first steps';
  return `steps ${steps.slice(0, 3).join(', ')}${steps.length > 3 ? ', …' : ''}`;
}

const graphText = ({ captured, graph }: Program, which: 'captured' | 'onnx'): string =>
  which === 'onnx'
    ? printOnnxGraph(graph)
    : printGraph(
        captured.graph,
        captured.outputs.map(({ leaf }) => leaf),
      );

/** `step.onnx`, or `step-discriminator-step1.onnx` where there are several programs. */
function onnxFile(path: string, { batch, steps }: Variant, count: number): string {
  if (count === 1) return path;
  const { dir, name, ext } = parse(path);
  const suffix = [...partsOf(batch), `step${steps[0]}`].join('-');
  return join(dir, `${name}-${suffix}${ext === '' ? '.onnx' : ext}`);
}

const count = (number: number, word: string): string =>
  `${number} ${word}${number === 1 ? '' : 's'}`;
