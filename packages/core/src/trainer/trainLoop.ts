import {
  UserError,
  type HostTensor,
  type Runtime,
  type StepRunner,
  type Tree,
} from '@gan-zoo/compiler';
import { formatDuration, type Progress } from '../cli/index.ts';
import { prefetch, type BatchSource } from '../data/index.ts';
import { loadPlotting } from '../images/index.ts';
import { openMetricsWriter, readMetrics, type RunFolder } from '../run/index.ts';
import { saveCheckpoint, type CheckpointInfo } from '../weights/index.ts';
import type { AnyGanDefinition, BatchTools } from './definition.ts';
import { createMetricsMeter, formatMetrics } from './metricsMeter.ts';
import { createSampler } from './sampler.ts';
import { savePlots } from './savePlots.ts';
import type { TrainConfig } from './trainFields.ts';

/** Everything that {@link trainLoop} needs; nothing of it is specific to an app. */
export interface TrainLoopOptions {
  readonly definition: AnyGanDefinition;
  readonly config: TrainConfig;
  readonly run: RunFolder;
  readonly runtime: Runtime;
  readonly tools: BatchTools;
  readonly batches: BatchSource<Tree<HostTensor>>;
  /** The state to start from: a new one, or a checkpoint's. */
  readonly state: Tree<HostTensor>;
  /** Finished steps of that state; 0 for a new one. */
  readonly startStep: number;
  /** Ends the loop after the step in progress; everything is saved. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly progress: (options: {
    label: string;
    total: number;
    unit: string;
    initial: number;
  }) => Progress;
}

/** How a training ended. */
export interface TrainResult {
  /** Finished steps. */
  readonly step: number;
  /** Pictures to look at, the most telling first. */
  readonly pictures: readonly string[];
  readonly checkpoint: string;
  /** Milliseconds that steps waited for data, the first batch left out. */
  readonly waitedMs: number;
  readonly imagesPerSecond: number;
}

/**
 * Trains: the one loop of all apps.
 *
 * @throws UserError when a metric is NaN or infinite; the last checkpoint stays as it was
 */
export async function trainLoop(options: TrainLoopOptions): Promise<TrainResult> {
  const { definition, config, run, runtime, tools, signal, log } = options;
  const batches = prefetch(options.batches);
  const { stepsPerEpoch } = batches;
  const totalSteps = Math.min(config.steps ?? Infinity, config.epochs * stepsPerEpoch);
  const deadline = config.minutes === undefined ? Infinity : Date.now() + config.minutes * 60_000;
  const saveEverySteps = config.saveEveryEpochs * stepsPerEpoch;
  const sampleEverySteps = config.sampleEverySteps ?? saveEverySteps;
  const secondsBefore = (await readMetrics(run.metrics)).records.at(-1)?.seconds ?? 0;
  const metricsFile = openMetricsWriter(run.metrics);
  const meter = createMetricsMeter();
  const sampler = await createSampler({ definition, config, runtime, run, tools });
  const epochAt = (step: number): number => Math.floor(step / stepsPerEpoch);
  let step = options.startStep;
  let savedStep = -1;

  // Compile the step.
  await loadPlotting();
  const runner = await runtime.trainStep(definition.createTrainStep(config), options.state);
  const began = performance.now();
  await runner.prepare(await batches.batchAt(step));
  log(`Compiled for ${runtime.backend} in ${formatDuration((performance.now() - began) / 1000)}`);
  if (step === 0) await sampler.draw(0, options.state);

  if (step >= totalSteps) {
    log(`Step ${step} of ${totalSteps} is reached: raise --epochs or --steps to train on`);
  }

  // Train.
  const progress = options.progress({
    label: 'Training',
    total: totalSteps,
    unit: 'steps',
    initial: step,
  });
  const started = performance.now();
  let lastLogged = { step, time: started };
  const logMetrics = (): void => {
    if (step === lastLogged.step) return;
    const means = meter.take();
    const now = performance.now();
    const images = (step - lastLogged.step) * config.batchSize;
    const imagesPerSecond = (images * 1000) / (now - lastLogged.time);
    lastLogged = { step, time: now };
    const seconds = secondsBefore + (now - started) / 1000;
    metricsFile.append({ step, epoch: epochAt(step), seconds, imagesPerSecond, ...means });
    const shownEpoch = Math.min(config.epochs, epochAt(step) + 1);
    const rate = `${imagesPerSecond.toFixed(0)} images/s`;
    progress.update(step, `epoch ${shownEpoch}/${config.epochs}, ${rate}, ${formatMetrics(means)}`);
  };
  try {
    while (step < totalSteps && !signal.aborted && Date.now() < deadline) {
      // Read the batch.
      const batch = await batches.batchAt(step);

      // Update weights.
      const { metrics } = await runner.step(batch);
      step += 1;
      assertFinite(metrics, step, run);

      // Log metrics.
      meter.add(metrics);
      if (step % config.plotEverySteps === 0) logMetrics();

      // Draw the fixed samples.
      const isSaved = step % saveEverySteps === 0;
      if (step % sampleEverySteps === 0 || isSaved) {
        const { paths } = await sampler.draw(step, await runner.readState());
        progress.log(`Step ${step}: drew ${paths.join(', ')}`);
      }

      // Save a checkpoint.
      if (isSaved) {
        metricsFile.sync();
        await save(options, runner, step, epochAt(step));
        savedStep = step;
        await savePlots(run, definition.plots);
      }
    }
    logMetrics();
  } finally {
    progress.stop();
    metricsFile.close();
    await batches.close();
  }

  // Save what there is, also when interrupted.
  const checkpoint = run.checkpoint(step);
  const state = await runner.readState();
  if (savedStep !== step) await save(options, runner, step, epochAt(step));
  const { paths: lastGrids } = await sampler.draw(step, state);
  const gifs = await sampler.saveGifs();
  const plots = await savePlots(run, definition.plots);
  await runner.close();
  const seconds = (performance.now() - started) / 1000;
  return {
    step,
    pictures: [...lastGrids, ...gifs, ...plots],
    checkpoint,
    waitedMs: batches.waitedMs,
    imagesPerSecond: ((step - options.startStep) * config.batchSize) / seconds,
  };
}

async function save(
  { definition, config, run }: TrainLoopOptions,
  runner: StepRunner,
  step: number,
  epoch: number,
): Promise<void> {
  const metadata: CheckpointInfo = {
    app: definition.name,
    appVersion: definition.version,
    step,
    epoch,
    config: portableConfig(config),
  };
  await saveCheckpoint(run.checkpoint(step), { state: await runner.readState(), metadata });
}

/** The configuration without what belongs to one machine or one call. */
export function portableConfig(config: TrainConfig): Record<string, unknown> {
  const { out: _out, resume: _resume, ...portable } = config;
  return Object.fromEntries(Object.entries(portable).filter(([, value]) => value !== undefined));
}

function assertFinite(
  metrics: Readonly<Record<string, number>>,
  step: number,
  run: RunFolder,
): void {
  const bad = Object.entries(metrics).find(([, value]) => !Number.isFinite(value));
  if (bad === undefined) return;
  const last = run.latestCheckpoint();
  const advice =
    last === undefined
      ? 'There is no checkpoint yet: start again'
      : `The last checkpoint is ${last.path}: continue from it`;
  throw new UserError(
    `training: ${bad[0]} became ${bad[1]} at step ${step}. ${advice} with lower learning rates.`,
  );
}
