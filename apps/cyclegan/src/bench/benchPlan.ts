import { hostTensor, type HostTensor, type Runtime } from '@gan-zoo/compiler';
import {
  createGenerate,
  createRandom,
  dcganNormal,
  generatorOptions,
  initNetwork,
  translationGenerator,
  type BenchPlan,
} from '@gan-zoo/core';
import type { Config } from '../config.ts';

/** Translates pictures by a generator whose weights are known, as `translate` does. */
function startTranslating(config: Config, runtime: Runtime): () => Promise<HostTensor> {
  const module = translationGenerator(generatorOptions(config, 'a-to-b'));
  const random = createRandom(config.seed);
  const state = initNetwork(module, random, { name: 'generatorAtoB', scheme: dcganNormal });
  const mode = { asInTraining: false, dropout: false, seed: config.seed };
  const { generate } = createGenerate(runtime, { module, state }, mode);
  const { batchSize, imageSize, channelsA } = config;
  const images = hostTensor([batchSize, imageSize, imageSize, channelsA]);
  return () => generate(images);
}

/** What `bench` times: the generators' update, the discriminators', both in one step, and use. */
export const benchPlan: BenchPlan = {
  options: ['imageSize', 'blocks', 'filters', 'upsampling', 'discriminatorFilters', 'poolSize'],
  config: { loadSize: 2048 },
  kinds: {
    generator: { title: 'G step (both generators)', parts: ['real', 'generator'] },
    discriminator: { title: 'D step (both discriminators)', parts: ['real', 'discriminator'] },
    iteration: {
      title: 'iteration (G step, both D steps)',
      parts: ['real', 'generator', 'discriminator'],
    },
    inference: { title: 'inference (one generator)', start: startTranslating },
  },
  peerScript: new URL('./torchSteps.py', import.meta.url),
};
