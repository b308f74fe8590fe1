import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { augmentationsOf, refuseRegulariserMistakes, regulariserFields } from './fields.ts';

const schema = z
  .object({ epochs: z.int().default(10), batchSize: z.int().default(32), ...regulariserFields })
  .superRefine(refuseRegulariserMistakes);

const mistakesOf = (config: Record<string, unknown>): [string, string][] =>
  schema.safeParse(config).error!.issues.map(({ path, message }) => [path.join(), message]);

describe('regulariserFields', () => {
  it('do nothing by default', () => {
    expect(schema.parse({})).toEqual({
      epochs: 10,
      batchSize: 32,
      augment: [],
      labelSmoothing: 0,
      instanceNoise: 0,
      instanceNoiseSteps: 5000,
      r1Gamma: 0,
      r1EverySteps: 16,
      spectralNorm: false,
      emaDecay: 0,
      accumulationSteps: 1,
      schedule: 'constant',
      warmupSteps: 0,
    });
  });

  it('each have a help text', () => {
    const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
    for (const name of Object.keys(regulariserFields)) {
      expect(properties[name], name).toMatchObject({
        description: expect.stringMatching(/^[a-zA-Z].{20,}[^.]$/) as string,
        group: expect.stringMatching(/ options$/) as string,
      });
    }
  });
});

describe('augmentationsOf', () => {
  it('lists what is asked for, none being nothing', () => {
    expect(augmentationsOf({ augment: ['cutout', 'color'] })).toEqual(['color', 'cutout']);
    expect(augmentationsOf({ augment: ['none'] })).toEqual([]);
  });
});

describe('refuseRegulariserMistakes', () => {
  it.each([
    [{ augment: ['none', 'color'] }, 'augment', 'expected none alone, or changes without none'],
    [
      { accumulationSteps: 5 },
      'accumulationSteps',
      'expected a divisor of the batch size 32, because all parts have to be alike',
    ],
    [
      { constantEpochs: 3 },
      'constantEpochs',
      'expected it only with --schedule linearDecay, not constant',
    ],
    [
      { schedule: 'cosine', decayEveryEpochs: 3 },
      'decayEveryEpochs',
      'expected it only with --schedule stepDecay, not cosine',
    ],
    [
      { schedule: 'linearDecay', decayFactor: 0.5 },
      'decayFactor',
      'expected it only with --schedule stepDecay, not linearDecay',
    ],
    [
      { schedule: 'linearDecay', lowestLearningRate: 1e-5 },
      'lowestLearningRate',
      'expected it only with --schedule stepDecay or cosine, not linearDecay',
    ],
    [
      { schedule: 'linearDecay', constantEpochs: 10 },
      'constantEpochs',
      'expected fewer than all 10 epochs, or nothing ever falls',
    ],
  ])('refuses %j', (config, path, message) => {
    expect(mistakesOf(config)).toEqual([[path, message]]);
  });

  it.each([
    { augment: ['color', 'cutout'], accumulationSteps: 4 },
    { schedule: 'linearDecay', constantEpochs: 0 },
    { schedule: 'stepDecay', decayEveryEpochs: 2, decayFactor: 0.1, lowestLearningRate: 1e-5 },
    { schedule: 'cosine', lowestLearningRate: 1e-5, warmupSteps: 100 },
  ])('takes %j', (config) => {
    expect(schema.safeParse(config).success).toBe(true);
  });
});
