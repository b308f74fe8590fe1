import { describe, expect, it } from 'vitest';
import { learningRateAt, scheduleSchema, type Schedule } from './schedule.ts';

const stepsPerEpoch = 10;

const rateAt = (schedule: Schedule, step: number, learningRate = 2e-4): number =>
  learningRateAt({ schedule, learningRate, step, stepsPerEpoch });

const inEpoch = (schedule: Schedule, epoch: number, learningRate?: number): number =>
  rateAt(schedule, epoch * stepsPerEpoch, learningRate);

describe('learningRateAt', () => {
  it('constant: always the same', () => {
    expect([0, 7, 1e9].map((step) => rateAt({ kind: 'constant' }, step))).toEqual([
      2e-4, 2e-4, 2e-4,
    ]);
  });

  it('linearDecay: as published for CycleGAN, 1/101 in the last of 200 epochs', () => {
    const schedule = { kind: 'linearDecay', constantEpochs: 100, decayEpochs: 100 } as const;
    expect(inEpoch(schedule, 0)).toBe(2e-4);
    expect(inEpoch(schedule, 99)).toBe(2e-4);
    expect(inEpoch(schedule, 100)).toBeCloseTo((2e-4 * 100) / 101, 12);
    expect(inEpoch(schedule, 199)).toBeCloseTo(2e-4 / 101, 12);
    expect(rateAt(schedule, 1999)).toBe(inEpoch(schedule, 199));
    expect(inEpoch(schedule, 200)).toBeCloseTo(0, 12);
    expect(inEpoch(schedule, 999)).toBe(0);
  });

  it('linear: to zero, step by step', () => {
    const schedule = { kind: 'linear', totalSteps: 400 } as const;
    expect([0, 100, 399, 400, 500].map((step) => rateAt(schedule, step, 1))).toEqual([
      1,
      0.75,
      1 - 399 / 400,
      0,
      0,
    ]);
  });

  it('stepDecay: halved from 1e-3 to a floor of 2e-4', () => {
    const schedule = { kind: 'stepDecay', everyEpochs: 20, lowestRate: 2e-4 } as const;
    const rates = [0, 19, 20, 40, 60, 500].map((epoch) => inEpoch(schedule, epoch, 1e-3));
    expect(rates).toEqual([1e-3, 1e-3, 5e-4, 2.5e-4, 2e-4, 2e-4]);
    // The floor does not lift a rate that starts below it.
    expect(inEpoch(schedule, 40, 1e-4)).toBe(1e-4);
    expect(inEpoch({ kind: 'stepDecay', everyEpochs: 5, factor: 0.1 }, 10, 1)).toBeCloseTo(0.01, 9);
  });

  it('cosine: half a wave', () => {
    const schedule = { kind: 'cosine', totalSteps: 100, lowestRate: 0.2 } as const;
    const rates = [0, 25, 50, 100, 150].map((step) => rateAt(schedule, step, 1));
    const quarter = 0.2 + 0.8 * (0.5 + Math.SQRT1_2 / 2);
    [1, quarter, 0.6, 0.2, 0.2].forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 12));
  });

  it('warms up over whatever schedule follows', () => {
    const warm = { kind: 'constant', warmupSteps: 4 } as const;
    expect([0, 1, 3, 4, 9].map((step) => rateAt(warm, step, 1))).toEqual([0.25, 0.5, 1, 1, 1]);
    expect(rateAt({ kind: 'linear', totalSteps: 10, warmupSteps: 4 }, 1, 1)).toBeCloseTo(0.45, 12);
  });

  it('refuses steps and epochs that are not whole', () => {
    expect(() => rateAt({ kind: 'constant' }, -1)).toThrow(
      'learningRateAt: expected step to be a whole number of at least 0, received -1.',
    );
    expect(() =>
      learningRateAt({
        schedule: { kind: 'constant' },
        learningRate: 1,
        step: 0,
        stepsPerEpoch: 0,
      }),
    ).toThrow(
      'learningRateAt: expected stepsPerEpoch to be a whole number of at least 1, received 0.',
    );
  });
});

describe('scheduleSchema', () => {
  it('fills in the defaults', () => {
    expect(scheduleSchema.parse({ kind: 'stepDecay', everyEpochs: 5 })).toEqual({
      kind: 'stepDecay',
      everyEpochs: 5,
      factor: 0.5,
      lowestRate: 0,
      warmupSteps: 0,
    });
  });

  it.each([
    { kind: 'exponential' },
    { kind: 'linearDecay', constantEpochs: 100 },
    { kind: 'linear', totalSteps: 0 },
    { kind: 'stepDecay', everyEpochs: 5, factor: 2 },
    { kind: 'constant', totalSteps: 5 },
  ])('refuses %j', (schedule) => {
    expect(scheduleSchema.safeParse(schedule).success).toBe(false);
  });
});
