import { hostTensor, hostTensorInt } from '@gan-zoo/compiler';
import { describe, expect, it } from 'vitest';
import { batchParts, microBatches } from './microBatches.ts';

const part = {
  realImages: hostTensor([4, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
  views: { real: { rows: hostTensorInt([4], [9, 8, 7, 6]) } },
  learningRate: hostTensor([], [0.5]),
};

describe('microBatches', () => {
  it('splits tensors along the batch and repeats scalars; the last one applies', () => {
    expect(microBatches(part, 2)).toEqual([
      {
        realImages: hostTensor([2, 2], [1, 2, 3, 4]),
        views: { real: { rows: hostTensorInt([2], [9, 8]) } },
        learningRate: hostTensor([], [0.5]),
        accumulate: hostTensor([], [0.5]),
      },
      {
        realImages: hostTensor([2, 2], [5, 6, 7, 8]),
        views: { real: { rows: hostTensorInt([2], [7, 6]) } },
        learningRate: hostTensor([], [0.5]),
      },
    ]);
  });

  it('gives a single one as it is', () => {
    expect(microBatches(part, 1)[0]).toBe(part);
  });

  it('refuses what does not divide', () => {
    expect(() => microBatches(part, 3)).toThrow(
      'microBatches: expected "realImages" to divide into 3 equal parts, received 4 of them. ' +
        'Use a batch size that is a multiple of --accumulation-steps.',
    );
  });
});

describe('batchParts', () => {
  const [a, b] = [{ x: hostTensor([2], [1, 2]) }, { y: hostTensor([2], [3, 4]) }];

  it('is one batch of the updates that are due', () => {
    expect(batchParts({ a, b }, 1)).toEqual({ a, b });
    expect(Object.keys(batchParts({ a: undefined, b }, 1))).toEqual(['b']);
    expect(batchParts({ a: undefined }, 4)).toEqual({});
  });

  it('is the parts of one update after the other', () => {
    const accumulate = hostTensor([], [0.5]);
    expect(batchParts({ a, b }, 2)).toEqual([
      { a: { x: hostTensor([1], [1]), accumulate } },
      { a: { x: hostTensor([1], [2]) } },
      { b: { y: hostTensor([1], [3]), accumulate } },
      { b: { y: hostTensor([1], [4]) } },
    ]);
  });
});
