import { describe, expect, it } from 'vitest';
import { assertExactResume, meanColour } from '../../testing/index.ts';
import type { ObserverFactory } from './observer.ts';

/** Measures something that depends on all it has seen, as far as it remembers. */
const counter: ObserverFactory = {
  name: 'counter',
  create: ({ remembered }) => {
    let seen = (remembered as { seen: number } | undefined) ?? { seen: 0 };
    return {
      step: ({ metrics }) => void (seen = { seen: seen.seen + metrics['loss']! }),
      drawn: ({ step }) => {
        seen = { seen: seen.seen + 1 };
        return { kid: Math.abs(step - 3) + seen.seen / 100 };
      },
      remember: () => seen,
    };
  },
};

const fast = { pictureSize: 8, observers: [counter] };

describe('a run that stops after every step', () => {
  it('ends with the same bytes as one that never stops, compiled and eager', async () => {
    await assertExactResume(meanColour, { ...fast, steps: 6 });
  });

  it('does so in parts too, with the best by a metric', async () => {
    const config = { parts: 2, bestMetric: 'loss', plotEverySteps: 2, batchSize: 3 };
    await assertExactResume(meanColour, { ...fast, steps: 5, backends: ['tfjs-cpu'], config });
  });
});

describe('assertExactResume', () => {
  const backends = ['tfjs-cpu'];

  it('notices a step that depends on more than its number', async () => {
    let calls = 0;
    const forgetful: typeof meanColour = {
      ...meanColour,
      createTrainStep: (config) =>
        meanColour.createTrainStep({ ...config, learningRate: 0.1 / ++calls }),
    };
    const check = assertExactResume(forgetful, { ...fast, steps: 3, backends });
    await expect(check).rejects.toThrow(
      /step-0000003\.safetensors: expected the same in .* another state, first in colour/,
    );
  });

  it('notices an observer that forgets', async () => {
    const forgetful: ObserverFactory = {
      ...counter,
      create: (place) => counter.create({ ...place, remembered: undefined }),
    };
    const check = assertExactResume(meanColour, {
      ...fast,
      steps: 4,
      backends,
      observers: [forgetful],
    });
    await expect(check).rejects.toThrow(/step-0000004\.safetensors: .* other metadata/);
  });
});
