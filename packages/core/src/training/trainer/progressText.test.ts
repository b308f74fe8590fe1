import { describe, expect, it } from 'vitest';
import { progressText, shortName } from './progressText.ts';

describe('progressText', () => {
  it('says epoch, speed and memory, then the losses', () => {
    const metrics = { discriminatorLoss: 0.423_149, generatorLoss: 2.3712, realScore: 0.8 };
    const facts = { epoch: 2, epochs: 30, imagesPerSecond: 292.4, metrics, memoryBytes: 8.12e8 };
    expect(progressText(facts)).toBe(
      'epoch 3/30, 292 images/s, 812 MB, D loss 0.423, G loss 2.37, real score 0.8',
    );
  });

  it('keeps losses when there is much to say, and leaves measures to the log', () => {
    const metrics = Object.fromEntries(
      ['aScore', 'bScore', 'kid/fakeA', 'aLoss', 'bLoss', 'cLoss', 'dLoss', 'eLoss'].map(
        (name, index) => [name, index],
      ),
    );
    expect(progressText({ epoch: 30, epochs: 30, metrics, memoryBytes: 1e9 })).toBe(
      'epoch 30/30, 1.0 GB, a loss 3, b loss 4, c loss 5, d loss 6, e loss 7, a score 0',
    );
  });

  it('asks the system for the memory', () => {
    expect(progressText({ epoch: 0, epochs: 1, metrics: {} })).toMatch(
      /^epoch 1\/1, (\d{2,3} MB|\d+(\.\d)? GB)$/,
    );
  });
});

describe('shortName', () => {
  it.each([
    ['discriminatorLoss', 'D loss'],
    ['generatorAtoBLoss', 'G A to B loss'],
    ['discriminatorALoss', 'D A loss'],
    ['cycleLossA', 'cycle loss A'],
    ['generator', 'generator'],
  ])('of %s is %s', (name, short) => expect(shortName(name)).toBe(short));
});
