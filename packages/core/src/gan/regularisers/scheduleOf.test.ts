import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { learningRateAt, scheduleSchema } from '../../model/optimizers/index.ts';
import { regulariserFields } from './fields.ts';
import { scheduleOf } from './scheduleOf.ts';

const schema = z.object({ epochs: z.int(), batchSize: z.int(), ...regulariserFields });
const of = (config: Record<string, unknown>, epochs = 10) =>
  scheduleOf(schema.parse({ epochs, batchSize: 1, ...config }), 50);

describe('scheduleOf', () => {
  it('is none while rates never change', () => {
    expect(of({})).toBeUndefined();
  });

  it.each([
    [{ warmupSteps: 7 }, { kind: 'constant', warmupSteps: 7 }],
    [
      { schedule: 'linearDecay' },
      { kind: 'linearDecay', constantEpochs: 5, decayEpochs: 5, warmupSteps: 0 },
    ],
    [
      { schedule: 'linearDecay', constantEpochs: 2, warmupSteps: 3 },
      { kind: 'linearDecay', constantEpochs: 2, decayEpochs: 8, warmupSteps: 3 },
    ],
    [
      { schedule: 'stepDecay' },
      { kind: 'stepDecay', everyEpochs: 2, factor: 0.5, lowestRate: 0, warmupSteps: 0 },
    ],
    [
      { schedule: 'stepDecay', decayEveryEpochs: 4, decayFactor: 0.1, lowestLearningRate: 1e-5 },
      { kind: 'stepDecay', everyEpochs: 4, factor: 0.1, lowestRate: 1e-5, warmupSteps: 0 },
    ],
    [
      { schedule: 'cosine', lowestLearningRate: 1e-5 },
      { kind: 'cosine', totalSteps: 500, lowestRate: 1e-5, warmupSteps: 0 },
    ],
  ])('%j', (config, expected) => {
    const schedule = of(config)!;
    expect(schedule).toEqual(expected);
    expect(scheduleSchema.safeParse(schedule).success).toBe(true);
  });

  it("is CycleGAN's with 200 epochs: the last one at 1/101", () => {
    const schedule = of({ schedule: 'linearDecay' }, 200)!;
    const rateIn = (epoch: number) =>
      learningRateAt({ schedule, learningRate: 2e-4, step: epoch * 50, stepsPerEpoch: 50 });
    expect(rateIn(99)).toBe(2e-4);
    expect(rateIn(199)).toBeCloseTo(2e-4 / 101, 12);
  });
});
