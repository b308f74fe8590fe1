import { UserError } from '@gan-zoo/compiler';
import { z } from 'zod';

const count = z.number().int().min(1);
const rate = z.number().min(0).default(0);
const warmup = {
  warmupSteps: z.number().int().min(0).default(0).describe('steps of rising from 0 to the rate'),
};

/**
 * How a learning rate changes in the course of a training.
 *
 * - `constant`
 * - `linearDecay`: constant for `constantEpochs`, then over `decayEpochs` towards 0, which the
 *   epoch after the last one would reach: with 100 and 100 the last epoch runs at 1/101.
 * - `linear`: from the full rate at step 0 to 0 at `totalSteps`, anew at every step
 * - `stepDecay`: times `factor` every `everyEpochs` epochs, not below `lowestRate`
 * - `cosine`: half a wave from the full rate to `lowestRate` at `totalSteps`
 *
 * With `warmupSteps`, the rate of step n is also multiplied by min(1, (n + 1) / warmupSteps).
 */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), ...warmup }),
  z.strictObject({
    kind: z.literal('linearDecay'),
    constantEpochs: z.number().int().min(0),
    decayEpochs: z.number().int().min(0),
    ...warmup,
  }),
  z.strictObject({ kind: z.literal('linear'), totalSteps: count, ...warmup }),
  z.strictObject({
    kind: z.literal('stepDecay'),
    everyEpochs: count,
    factor: z.number().gt(0).max(1).default(0.5),
    lowestRate: rate,
    ...warmup,
  }),
  z.strictObject({ kind: z.literal('cosine'), totalSteps: count, lowestRate: rate, ...warmup }),
]);

/** A schedule as configurations write it; defaults may be left out. */
export type Schedule = z.input<typeof scheduleSchema>;

/** Arguments of {@link learningRateAt}. */
export interface LearningRateArguments {
  readonly schedule: Schedule;
  /** The full rate. */
  readonly learningRate: number;
  /** How many steps came before. */
  readonly step: number;
  readonly stepsPerEpoch: number;
}

/**
 * The learning rate of one step: a pure function, so that a resumed training goes on with it.
 *
 * @throws UserError when the step or the length of an epoch is not a whole number
 */
export function learningRateAt({
  schedule,
  learningRate,
  step,
  stepsPerEpoch,
}: LearningRateArguments): number {
  assertWhole('step', step, 0);
  assertWhole('stepsPerEpoch', stepsPerEpoch, 1);
  const { warmupSteps = 0 } = schedule;
  const warmth = step < warmupSteps ? (step + 1) / warmupSteps : 1;
  return warmth * scheduledRate(schedule, learningRate, step, Math.floor(step / stepsPerEpoch));
}

function scheduledRate(schedule: Schedule, full: number, step: number, epoch: number): number {
  switch (schedule.kind) {
    case 'constant':
      return full;
    case 'linearDecay': {
      const past = Math.max(0, epoch + 1 - schedule.constantEpochs);
      return full * Math.max(0, 1 - past / (schedule.decayEpochs + 1));
    }
    case 'linear':
      return full * Math.max(0, 1 - step / schedule.totalSteps);
    case 'stepDecay': {
      const { everyEpochs, factor = 0.5, lowestRate = 0 } = schedule;
      const decayed = full * factor ** Math.floor(epoch / everyEpochs);
      return Math.max(decayed, Math.min(lowestRate, full));
    }
    case 'cosine': {
      const { totalSteps, lowestRate = 0 } = schedule;
      const wave = (1 + Math.cos(Math.PI * Math.min(1, step / totalSteps))) / 2;
      return lowestRate + (full - lowestRate) * wave;
    }
  }
}

function assertWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new UserError(
    `learningRateAt: expected ${name} to be a whole number of at least ${least}, ` +
      `received ${String(value)}.`,
  );
}
