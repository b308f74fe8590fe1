import type { BenchPlan } from '@gan-zoo/core';

const pairs = [
  ...['source', 'target', 'styles', 'shuffledStyles', 'masks', 'shuffledMasks'],
  ...['latents', 'deviations'],
];

/** What `bench` times: either side's update alone, and both in one step. */
export const benchPlan: BenchPlan = {
  options: [
    ...['method', 'imageSize', 'channels', 'filters', 'discriminatorFilters', 'norm', 'dropout'],
    ...['slots', 'embedding', 'embeddingDim', 'encoder', 'latentDim', 'generatorUpdates'],
  ],
  config: { enlarge: 1, adversarialFromEpoch: 0 },
  kinds: {
    discriminator: { title: 'D step', parts: [...pairs, 'discriminator'] },
    generator: { title: 'G step', parts: [...pairs, 'generator'] },
    iteration: { title: 'one D and one G update', parts: [...pairs, 'discriminator', 'generator'] },
  },
  peerScript: new URL('./torchSteps.py', import.meta.url),
};
