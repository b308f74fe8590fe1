import type { StepResult } from '@gan-zoo/compiler';
import type { Update } from './pairBatch.ts';

/** Makes the updates that are due, one after the other, and joins what there is to see of them. */
export function runUpdates<State>(
  state: State,
  updates: readonly (((latest: State) => Update<State>) | undefined)[],
): StepResult<State> {
  let result: Update<State> = { state, metrics: {}, gradients: {} };
  for (const update of updates) {
    if (update === undefined) continue;
    const { state: next, metrics, gradients } = update(result.state);
    result = {
      state: next,
      metrics: { ...result.metrics, ...metrics },
      gradients: { ...result.gradients, ...gradients },
    };
  }
  return { ...result, images: {} };
}
