import type { BenchPlan } from '@gan-zoo/core';

const pair = ['source', 'target', 'masks'] as const;

/** What `bench` times: either network's update alone, and both in one step. */
export const benchPlan: BenchPlan = {
  options: ['imageSize', 'generator', 'filters', 'discriminatorFilters'],
  config: { loadSize: 2048 },
  kinds: {
    discriminator: { title: 'D step', parts: [...pair, 'discriminator'] },
    generator: { title: 'G step', parts: [...pair, 'generator'] },
    iteration: { title: 'iteration (1 D + 1 G)', parts: [...pair, 'discriminator', 'generator'] },
  },
};
