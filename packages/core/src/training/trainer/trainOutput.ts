import type { HostTensor, StepRunner, Tree } from '@gan-zoo/compiler';
import type { Progress } from '../../base/console/index.ts';
import type { Cadence } from './cadence.ts';
import { createCheckpointKeeper, type CheckpointKeeper } from './checkpointKeeper.ts';
import { rateFactor, type DivergedError } from './divergence.ts';
import { openMetricsLog, type MetricsLog } from './metricsLog.ts';
import type { TrainMoment } from './observer.ts';
import { createObservers, type Observers } from './observers.ts';
import { progressText } from './progressText.ts';
import { createSampler, type Sampler } from './sampler.ts';
import { savePlots } from './savePlots.ts';
import type { TrainConfig } from '../../gan/definition/trainFields.ts';
import type { TrainLoopOptions } from './trainLoopOptions.ts';
import type { BestCheckpoint, TrainPosition } from './trainPosition.ts';

/** Values by name that were measured at one step. */
export type Measured = Readonly<Record<string, number>>;

/** What a {@link TrainOutput} is made of. */
interface OutputParts {
  readonly options: TrainLoopOptions;
  readonly cadence: Cadence;
  readonly runner: StepRunner;
  readonly sampler: Sampler;
  readonly keeper: CheckpointKeeper;
  readonly observers: Observers;
  readonly metricsLog: MetricsLog;
  readonly progress: Progress;
}

/**
 * Opens the files of a training that starts or goes on.
 *
 * @param options of the loop
 * @param config with the learning rates in force
 */
export async function openTrainOutput(
  options: TrainLoopOptions,
  config: TrainConfig,
  cadence: Cadence,
  runner: StepRunner,
): Promise<TrainOutput> {
  const { run, position, startStep } = options;
  const { rollbacks, observers: remembered } = position;
  const { totalSteps, stepsPerEpoch } = cadence;
  const output = new TrainOutput({
    ...{ options, cadence, runner },
    sampler: await createSampler({ ...options, config }),
    keeper: createCheckpointKeeper({ ...options, keepsForever: cadence.keepsForever }),
    observers: await createObservers(options.observers, {
      ...options,
      ...{ config, totalSteps, stepsPerEpoch, rollbacks, remembered },
    }),
    metricsLog: await openMetricsLog({
      ...{ path: run.metrics, position, startStep, batchSize: config.batchSize },
    }),
    progress: options.progress({
      ...{ label: 'Training', total: totalSteps, unit: 'steps', initial: startStep },
    }),
  });
  if (rollbacks.at(-1)?.to === startStep) await output.logRollbacks(startStep);
  return output;
}

/** What a training writes and shows besides updating weights. */
export class TrainOutput {
  /** Whether samples and log line of the start are still to be made: a new or interrupted step. */
  readonly owesStart: boolean;
  readonly #parts: OutputParts;
  #savedStep: number;
  #loggedStep: number;
  #lastSave = Date.now();
  #best: BestCheckpoint | undefined;
  #drawn: { readonly step: number; readonly paths: readonly string[] } | undefined;
  /** One copy serves the samples and the checkpoint of a step. */
  #state: Promise<Tree<HostTensor>> | undefined;
  /** What observers remembered before an interruption cut their work on the samples short. */
  #beforeInterruption: Readonly<Record<string, unknown>> | undefined;

  constructor(parts: OutputParts) {
    const { startStep, position } = parts.options;
    this.#parts = parts;
    this.owesStart = startStep === 0 || position.owesOutput;
    this.#savedStep = this.owesStart ? -1 : startStep;
    this.#loggedStep = this.#savedStep;
    this.#best = position.best;
  }

  /** Counts the metrics of a step and shows them to the observers. */
  async watch(step: number, metrics: Measured): Promise<void> {
    this.#state = undefined;
    this.#parts.metricsLog.add(metrics);
    await this.#parts.observers.step({ ...this.#moment(step), metrics });
  }

  /** Draws the fixed samples and measures them; undefined when an interruption cut that short. */
  async draw(step: number): Promise<Measured | undefined> {
    const { progress, observers, cadence } = this.#parts;
    const { event, paths } = await this.#drawSamples(step);
    progress.log(`Step ${step}: drew ${paths[0]}`);
    const before = observers.remember();
    const measured = await observers.drawn(event);
    if (measured === undefined) this.#beforeInterruption = before;
    if (!cadence.saves(step)) this.#state = undefined;
    return measured;
  }

  /** Writes a line of metrics when the cadence or a measure asks for one. */
  async log(step: number, measured: Measured): Promise<void> {
    await this.#write(step, this.#parts.cadence.logs(step), measured);
    this.#loggedStep = step;
  }

  /** Writes down that the training went back, and to which rates. */
  async logRollbacks(step: number): Promise<void> {
    const { rollbacks } = this.#parts.options.position;
    const learningRateFactor = rateFactor(rollbacks);
    await this.#write(step, false, { rollbacks: rollbacks.length, learningRateFactor });
  }

  /** Whether the clock asks for a checkpoint. */
  isSaveOverdue(): boolean {
    const { saveEveryMinutes } = this.#parts.options.config;
    return saveEveryMinutes > 0 && Date.now() - this.#lastSave >= saveEveryMinutes * 60_000;
  }

  /** Saves a checkpoint of the cadence, which may be the best, and plots. */
  async saveRegular(step: number, measured: Measured): Promise<void> {
    const { keeper, metricsLog, options } = this.#parts;
    const before = this.#best;
    const metrics = { ...metricsLog.position().loggedMetrics, ...measured };
    this.#best = keeper.bestOf(before, step, metrics);
    await this.#save(step, measured, this.#best?.step === step);
    if (!options.signal.aborted) await savePlots(options.run, options.definition.plots);
  }

  /** Saves a checkpoint unless this step has one; says whether it did. */
  async save(step: number): Promise<boolean> {
    if (step === this.#savedStep) return false;
    await this.#save(step, {}, false);
    return true;
  }

  /** Makes everything to look at after the last step; returns the files. */
  async end(step: number): Promise<string[]> {
    const { sampler, observers, metricsLog, options } = this.#parts;
    if (this.#drawn?.step !== step) await this.#drawLast(step);
    await this.#write(step, true, {});
    metricsLog.sync();
    const files = [...this.#drawn!.paths];
    if (!options.signal.aborted) files.push(...(await sampler.saveGifs()));
    if (!options.signal.aborted) {
      files.push(...(await savePlots(options.run, options.definition.plots)));
      files.push(...(await observers.ended(this.#moment(step))));
    }
    return files;
  }

  /** Tells the observers that the training has diverged. */
  async diverged({ step, quantity, value }: DivergedError): Promise<void> {
    await this.#parts.observers.diverged({ ...this.#moment(step), quantity, value });
  }

  close(): void {
    this.#parts.progress.stop();
    this.#parts.metricsLog.close();
  }

  #moment(step: number): TrainMoment {
    return { step, epoch: Math.floor(step / this.#parts.cadence.stepsPerEpoch) };
  }

  async #drawSamples(step: number) {
    const state = await (this.#state ??= this.#parts.runner.readState());
    const { images, paths } = await this.#parts.sampler.draw(step, state);
    this.#drawn = { step, paths };
    return { paths, event: { ...this.#moment(step), images, paths, state } };
  }

  /**
   * Draws at the end. What is measured and logged outside of the cadence is not part of the saved
   * position: a resumed run drops it, as one that never stopped has none of it.
   */
  async #drawLast(step: number): Promise<void> {
    const { observers, cadence, keeper } = this.#parts;
    const { event } = await this.#drawSamples(step);
    if (cadence.draws(step) || step === 0) return;
    const before = this.#position();
    const measured = (await observers.drawn(event)) ?? {};
    await this.#write(step, true, measured);
    const best = keeper.bestOf(this.#best, step, measured);
    if (best?.step === step) await this.#save(step, measured, true, before);
  }

  async #write(step: number, means: boolean, measured: Measured): Promise<void> {
    const { metricsLog, observers, progress, options } = this.#parts;
    const record = metricsLog.write({ ...this.#moment(step), means, measured });
    if (record === undefined) return;
    const { imagesPerSecond, step: _step, epoch = 0, seconds: _seconds, ...rest } = record;
    if (imagesPerSecond !== undefined) {
      const metrics = rest as Measured;
      const { epochs } = options.config;
      progress.update(step, progressText({ epoch, epochs, imagesPerSecond, metrics }));
    }
    await observers.logged(record);
  }

  /** Where metrics and observers are. */
  #position(): Pick<
    TrainPosition,
    'metricsRecords' | 'pendingMetrics' | 'loggedMetrics' | 'observers'
  > {
    const { metricsLog, observers } = this.#parts;
    const remembered = this.#beforeInterruption ?? observers.remember();
    return { ...metricsLog.position(), observers: { ...remembered } };
  }

  async #save(
    step: number,
    measured: Measured,
    isBest: boolean,
    reached = this.#position(),
  ): Promise<void> {
    const { metricsLog, keeper, observers, options, runner } = this.#parts;
    metricsLog.sync();
    const owesOutput = this.#loggedStep !== step;
    const position = { ...options.position, ...reached, best: this.#best, owesOutput };
    const metrics = { ...position.loggedMetrics, ...measured };
    const state = await (this.#state ??= runner.readState());
    await keeper.save({ ...this.#moment(step), state, position, metrics, isBest });
    this.#savedStep = step;
    this.#lastSave = Date.now();
    await observers.saved({ ...this.#moment(step), state, path: options.run.checkpoint(step) });
    this.#state = undefined;
  }
}
