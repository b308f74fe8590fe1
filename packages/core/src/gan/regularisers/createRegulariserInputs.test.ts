import { hostTensor, treeSignature } from '@gan-zoo/compiler';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRandom } from '../../model/random/index.ts';
import { createRegulariserInputs } from './createRegulariserInputs.ts';
import { regulariserFields } from './fields.ts';

const schema = z.object({ epochs: z.int(), batchSize: z.int(), ...regulariserFields });

const inputsOf = (options: Record<string, unknown>) =>
  createRegulariserInputs({
    config: schema.parse({ epochs: 10, batchSize: 4, ...options }),
    random: createRandom(6),
    stepsPerEpoch: 20,
    imageShape: [4, 8, 8, 3],
  });

const learningRate = 0.5;

describe('createRegulariserInputs', () => {
  it('adds nothing by default, at any step', () => {
    const inputs = inputsOf({});
    for (const step of [0, 1, 16, 199]) {
      expect(inputs.discriminator(step, { learningRate })).toEqual({});
      expect(inputs.generator(step, { learningRate })).toEqual({});
    }
  });

  it('gives the scheduled rate of each network', () => {
    const inputs = inputsOf({ schedule: 'linearDecay', warmupSteps: 2 });
    expect(inputs.discriminator(0, { learningRate: 0.25 }).learningRate).toEqual(
      hostTensor([], [0.125]),
    );
    expect(inputs.generator(50, { learningRate }).learningRate).toEqual(hostTensor([], [0.5]));
    expect(inputs.generator(9 * 20, { learningRate }).learningRate).toEqual(
      hostTensor([], [0.5 / 6]),
    );
  });

  it('asks for R1 in every so many updates of D, as many times as strong', () => {
    const inputs = inputsOf({ r1Gamma: 10, r1EverySteps: 4 });
    const weightOf = (step: number, update?: number) =>
      inputs.discriminator(step, { learningRate, ...(update === undefined ? {} : { update }) })
        .r1Weight;
    expect(weightOf(0)).toEqual(hostTensor([], [20]));
    expect([1, 2, 3].map((step) => weightOf(step))).toEqual([undefined, undefined, undefined]);
    expect(weightOf(8)).toEqual(hostTensor([], [20]));
    // Every second step is an update: the fourth update is due at step 8, not at 4.
    expect(weightOf(4, 2)).toBeUndefined();
    expect(weightOf(8, 4)).toBeDefined();
    expect(inputs.generator(0, { learningRate })).toEqual({});
  });

  it('augments real and fake pictures, and those of the generator, each in its own way', () => {
    const inputs = inputsOf({ augment: ['color'] });
    const { real, fake } = inputs.discriminator(3, { learningRate }).views!;
    const generator = inputs.generator(3, { learningRate }).views!;
    expect(Object.keys(generator)).toEqual(['fake']);
    expect(treeSignature(real)).toBe(treeSignature(fake));
    const shifts = [real, fake, generator['fake']].map((view) => view!.color!.shift.data);
    expect(shifts[0]).not.toEqual(shifts[1]);
    expect(shifts[1]).not.toEqual(shifts[2]);
    expect(inputs.discriminator(3, { learningRate }).views).toEqual({ real, fake });
    const other = inputs.discriminator(3, { learningRate, name: 'discriminatorB' }).views!;
    expect(other['real']!.color!.shift.data).not.toEqual(shifts[0]);
  });

  it('draws views for every kind of picture that a generator makes', () => {
    const inputs = inputsOf({ augment: ['cutout'] });
    const { views } = inputs.generator(0, { learningRate, views: ['fakeA', 'fakeB'] });
    expect(Object.keys(views!)).toEqual(['fakeA', 'fakeB']);
    expect(views!['fakeA']).not.toEqual(views!['fakeB']);
  });

  it('adds noise that fades, until it is not part of the step any more', () => {
    const inputs = inputsOf({ instanceNoise: 0.2, instanceNoiseSteps: 100 });
    const spread = (step: number): number => {
      const { noise } = inputs.discriminator(step, { learningRate }).views!['real']!;
      expect(noise!.shape).toEqual([4, 8, 8, 3]);
      return Math.sqrt([...noise!.data].reduce((sum, v) => sum + v * v, 0) / noise!.data.length);
    };
    expect(Math.abs(spread(0) / 0.2 - 1)).toBeLessThan(0.1);
    expect(Math.abs(spread(50) / 0.1 - 1)).toBeLessThan(0.1);
    expect(inputs.discriminator(100, { learningRate })).toEqual({});
    expect(inputs.generator(100, { learningRate })).toEqual({});
  });
});
