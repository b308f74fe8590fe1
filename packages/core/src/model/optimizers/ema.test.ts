import { hostTensor, treeSignature } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ema } from './ema.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const value = (tensor: tf.Tensor): number => tensor.dataSync()[0]!;

const stateAt = (average: number, step: number) => ({
  average: { w: tf.tensor1d([average]) },
  step: tf.scalar(step),
});

describe('ema', () => {
  it('starts from copies of the weights', () => {
    const params = { w: hostTensor([2], [1, 2]) };
    const state = ema({ decay: 0.9 }).init(params);
    params.w.data[0] = 9;
    expect(state).toEqual({ average: { w: hostTensor([2], [1, 2]) }, step: hostTensor([]) });
  });

  it('moves by the share that the decay leaves', () => {
    tf.tidy(() => {
      const { update } = ema({ decay: 0.9, warmUp: false });
      const { average, step } = update({ params: { w: tf.tensor1d([3]) }, state: stateAt(1, 0) });
      expect(value(average.w)).toBeCloseTo(1.2, 6);
      expect(value(step)).toBe(1);
    });
  });

  it.each([
    [0, 0.1],
    [8, 0.5],
    [80, 0.9],
    [1e6, 0.95],
  ])('keeps, after %d updates, a share of %d', (step, kept) => {
    tf.tidy(() => {
      const { update } = ema({ decay: 0.95 });
      const { average } = update({ params: { w: tf.tensor1d([0]) }, state: stateAt(1, step) });
      expect(value(average.w)).toBeCloseTo(kept, 6);
    });
  });

  it('keeps its state in one form, changes nothing given and leaks nothing', () => {
    const { init, update } = ema({ decay: 0.9 });
    const params = { w: tf.tensor1d([5]) };
    const state = stateAt(1, 0);
    const before = tf.memory().numTensors;
    const after = update({ params, state });
    expect(tf.memory().numTensors).toBe(before + 2);
    expect(treeSignature(after)).toBe(treeSignature(init({ w: hostTensor([1], [5]) })));
    expect([value(state.average.w), value(params.w)]).toEqual([1, 5]);
    tf.dispose([params, state, { ...after }]);
  });

  it('refuses other weights than it averages, and a decay of 1', () => {
    tf.tidy(() => {
      const params = { v: tf.tensor1d([5]) };
      const state = stateAt(1, 0) as unknown as { average: typeof params; step: tf.Tensor };
      expect(() => ema({ decay: 0.9 }).update({ params, state })).toThrow(
        'ema: expected the average to have a tensor for every parameter; missing: v; unknown: w.',
      );
      expect(() => ema({ decay: 1 })).toThrow('ema: expected decay from 0 to below 1, received 1.');
    });
  });
});
