import type { BenchPlan } from '@gan-zoo/core';

/** What `bench` times: either network's update alone, and both in one step. */
export const benchPlan: BenchPlan = {
  options: ['imageSize', 'latentDim', 'generatorFilters', 'discriminatorFilters'],
  config: { discriminatorEverySteps: 1, generatorEverySteps: 1 },
  kinds: {
    discriminator: { title: 'D step', parts: ['discriminator'] },
    generator: { title: 'G step', parts: ['generator'] },
    iteration: { title: 'iteration (1 D + 1 G)', parts: ['discriminator', 'generator'] },
  },
  peerScript: new URL('./torchSteps.py', import.meta.url),
};
