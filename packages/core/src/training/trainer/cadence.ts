import type { TrainConfig } from '../../gan/definition/trainFields.ts';

/** What is due after which step: a function of the options alone, so that it survives a resume. */
export interface Cadence {
  /** The step after which the training ends. */
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  /** Whether the means of the metrics are logged. */
  readonly logs: (step: number) => boolean;
  /** Whether the fixed samples are drawn. */
  readonly draws: (step: number) => boolean;
  /** Whether a checkpoint is saved; the clock may ask for more. */
  readonly saves: (step: number) => boolean;
  /** Whether the checkpoint of this step is never removed. */
  readonly keepsForever: (step: number) => boolean;
}

/** Makes the cadence of a training. */
export function createCadence(config: TrainConfig, stepsPerEpoch: number): Cadence {
  const everyEpochs = (epochs: number | undefined, step: number): boolean =>
    epochs !== undefined && step % (epochs * stepsPerEpoch) === 0;
  const everySteps = (steps: number | undefined, step: number): boolean =>
    steps !== undefined && step % steps === 0;
  const keepsForever = (step: number): boolean => everyEpochs(config.keepEveryEpochs, step);
  const saves = (step: number): boolean =>
    keepsForever(step) ||
    everyEpochs(config.saveEveryEpochs, step) ||
    everySteps(config.saveEverySteps, step);
  return {
    totalSteps: Math.min(config.steps ?? Infinity, config.epochs * stepsPerEpoch),
    stepsPerEpoch,
    logs: (step) => everySteps(config.plotEverySteps, step),
    draws: (step) => saves(step) || everySteps(config.sampleEverySteps, step),
    saves,
    keepsForever,
  };
}
