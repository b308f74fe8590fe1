import type { Schedule } from '../../model/optimizers/index.ts';
import type { CheckedConfig } from './fields.ts';

/**
 * The schedule that a config describes, over all its epochs, or undefined when rates never change.
 * `--steps` and `--minutes` do not count: they say where to stop, not what was planned, so that a
 * training which was stopped goes on as if it had not been.
 */
export function scheduleOf(config: CheckedConfig, stepsPerEpoch: number): Schedule | undefined {
  const { schedule: kind, warmupSteps, epochs, lowestLearningRate: lowestRate = 0 } = config;
  switch (kind) {
    case 'constant':
      return warmupSteps === 0 ? undefined : { kind, warmupSteps };
    case 'linearDecay': {
      const constantEpochs = config.constantEpochs ?? Math.floor(epochs / 2);
      return { kind, constantEpochs, decayEpochs: epochs - constantEpochs, warmupSteps };
    }
    case 'stepDecay': {
      const everyEpochs = config.decayEveryEpochs ?? Math.max(1, Math.floor(epochs / 4));
      return { kind, everyEpochs, factor: config.decayFactor ?? 0.5, lowestRate, warmupSteps };
    }
    case 'cosine':
      return { kind, totalSteps: epochs * stepsPerEpoch, lowestRate, warmupSteps };
  }
}
