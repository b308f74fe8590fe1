import type { StepResult, TrainStep } from '@gan-zoo/compiler';
import type { Config } from './config.ts';
import type { Batch, State, Update } from './state.ts';
import { createDiscriminatorsUpdate } from './updateDiscriminators.ts';
import { createGeneratorsUpdate } from './updateGenerators.ts';

/**
 * One step of CycleGAN: both generators' update, then both discriminators', as the batch asks.
 *
 * Paper: Zhu et al., "Unpaired image-to-image translation using cycle-consistent adversarial
 * networks" (arXiv 1703.10593).
 *
 * @throws UsageError when parts of the configuration do not go together
 */
export function createTrainStep(config: Config): TrainStep<State, Batch> {
  const updateGenerators = createGeneratorsUpdate(config);
  const updateDiscriminators = createDiscriminatorsUpdate(config);
  return function trainStep(state, { generators, discriminators }): StepResult<State> {
    const updates: Update[] = [];
    const latest = (): State => updates.at(-1)?.state ?? state;
    if (generators !== undefined) updates.push(updateGenerators(latest(), generators));
    if (discriminators !== undefined) {
      updates.push(updateDiscriminators(latest(), discriminators));
    }
    return {
      state: latest(),
      metrics: Object.assign({}, ...updates.map(({ metrics }) => metrics)) as Update['metrics'],
      images: {},
      gradients: Object.assign({}, ...updates.map(({ gradients }) => gradients)) as object,
    };
  };
}
