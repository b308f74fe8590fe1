import { formatDuration } from '../../base/console/index.ts';
import { prefetch } from '../../data/batches/index.ts';
import { loadPlotting } from '../../data/images/index.ts';
import { createCadence } from './cadence.ts';
import { assertFiniteMetrics, DivergedError, withLoweredRates } from './divergence.ts';
import { stepParts, runParts } from './stepParts.ts';
import type { TrainLoopOptions } from './trainLoopOptions.ts';
import { openTrainOutput } from './trainOutput.ts';

/** How a training ended. */
export interface TrainResult {
  /** Finished steps. */
  readonly step: number;
  /** Pictures and reports to look at, the most telling first; none after an interruption. */
  readonly pictures: readonly string[];
  readonly checkpoint: string;
  /** Milliseconds that steps waited for data, the first batch left out. */
  readonly waitedMs: number;
  readonly imagesPerSecond: number;
}

/**
 * Trains: the one loop of all apps. What it does at a step follows from the configuration and the
 * step alone, so that a training which stops anywhere and goes on ends with the same bytes.
 *
 * @throws DivergedError when a metric or weight is NaN or infinite; checkpoints stay as they were
 */
export async function trainLoop(options: TrainLoopOptions): Promise<TrainResult> {
  const { definition, run, runtime, startStep, signal, log } = options;
  const config = withLoweredRates(options.config, options.position.rollbacks);
  const deadline = config.minutes === undefined ? Infinity : Date.now() + config.minutes * 60_000;
  const batches = prefetch(options.batches);
  const cadence = createCadence(config, batches.stepsPerEpoch);
  let step = startStep;

  // Compile the step.
  await loadPlotting();
  const runner = await runtime.trainStep(definition.createTrainStep(config), options.state.take(), {
    givesState: true,
  });
  const began = performance.now();
  for (const part of stepParts(await batches.batchAt(step))) await runner.prepare(part);
  log(`Compiled for ${runtime.backend} in ${formatDuration((performance.now() - began) / 1000)}`);
  if (step >= cadence.totalSteps) {
    log(`Step ${step} of ${cadence.totalSteps} is reached: raise --epochs or --steps to train on`);
  }

  const output = await openTrainOutput(options, config, cadence, runner);
  const started = performance.now();
  let isWhole = true;

  const finishStep = async (): Promise<void> => {
    // Draw the fixed samples.
    const measured = cadence.draws(step) || step === 0 ? await output.draw(step) : {};
    if (measured === undefined) return;

    // Log metrics.
    await output.log(step, measured);

    // Save a checkpoint.
    if (step > 0 && cadence.saves(step)) await output.saveRegular(step, measured);
    else if (output.isSaveOverdue()) await output.save(step);
  };

  try {
    // Make up for what an interruption left out.
    if (output.owesStart && !signal.aborted) await finishStep();

    // Train.
    while (step < cadence.totalSteps && !signal.aborted && Date.now() < deadline) {
      // Read the batch.
      const parts = stepParts(await batches.batchAt(step));

      // Update weights.
      isWhole = false;
      const metrics = await runParts(runner, parts);
      assertFiniteMetrics(metrics, step + 1, run);
      step += 1;
      isWhole = true;

      // Watch.
      await output.watch(step, metrics);

      // Draw, log and save what is due; an interrupted run makes up for it when it goes on.
      if (!signal.aborted) await finishStep();
    }

    // Save what there is, also when interrupted.
    await output.save(step);
    const seconds = (performance.now() - started) / 1000;

    // Report, when there is time.
    const pictures = signal.aborted ? [] : await output.end(step);
    return {
      ...{ step, pictures, checkpoint: run.checkpoint(step), waitedMs: batches.waitedMs },
      imagesPerSecond: ((step - startStep) * config.batchSize) / seconds,
    };
  } catch (error) {
    // A fault of the data or the disk costs no finished step, if that can be helped.
    if (error instanceof DivergedError) await output.diverged(error);
    else if (isWhole) {
      const isSaved = await output.save(step).catch(() => false);
      if (isSaved) log(`Saved step ${step} before stopping`);
    }
    throw error;
  } finally {
    output.close();
    await batches.close();
    await runner.close().catch(() => undefined);
  }
}
