import type { BenchPlan } from '@gan-zoo/core';

/** What `bench` times: the generators' update, the discriminators', and both in one step. */
export const benchPlan: BenchPlan = {
  options: ['imageSize', 'blocks', 'filters', 'upsampling', 'discriminatorFilters', 'poolSize'],
  config: { loadSize: 2048 },
  kinds: {
    generator: { title: 'G step (both generators)', parts: ['generators'] },
    discriminator: { title: 'D step (both discriminators)', parts: ['discriminators'] },
    iteration: {
      title: 'iteration (G step, both D steps)',
      parts: ['generators', 'discriminators'],
    },
  },
  peerScript: new URL('./torchSteps.py', import.meta.url),
};
