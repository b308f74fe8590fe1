import { hostTensor } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { averagedNetwork, networkEma } from './averagedNetwork.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const host = { params: { w: hostTensor([1], [2]) }, buffers: { mean: hostTensor([1], [4]) } };

describe('networkEma', () => {
  it('starts from weights and statistics, and moves with both', () => {
    const { init, update } = networkEma({ decay: 0.5 });
    expect(init(host)).toEqual({
      average: { w: hostTensor([1], [2]), mean: hostTensor([1], [4]) },
      step: hostTensor([]),
    });
    tf.tidy(() => {
      const before = {
        average: { w: tf.tensor1d([2]), mean: tf.tensor1d([4]) },
        step: tf.scalar(100),
      };
      const network = { params: { w: tf.tensor1d([3]) }, buffers: { mean: tf.tensor1d([2]) } };
      const { average } = update(before, network)!;
      expect(average['w']!.dataSync()[0]).toBeCloseTo(2.5, 6);
      expect(average['mean']!.dataSync()[0]).toBeCloseTo(3, 6);
    });
  });

  it('is nothing with a decay of 0', () => {
    const { init, update } = networkEma({ decay: 0 });
    expect(init(host)).toBeUndefined();
    expect(update(undefined, { params: {}, buffers: {} })).toBeUndefined();
  });
});

describe('averagedNetwork', () => {
  it('is the average where there is one, sorted into weights and statistics', () => {
    const average = { average: { w: hostTensor([1], [7]), mean: hostTensor([1], [8]) } };
    expect(averagedNetwork(host, average)).toEqual({
      params: { w: hostTensor([1], [7]) },
      buffers: { mean: hostTensor([1], [8]) },
    });
    expect(averagedNetwork(host, undefined)).toBe(host);
  });
});
