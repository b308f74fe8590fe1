import type { HostNetworkState, TranslationDefinition } from '@gan-zoo/core';
import { heldBackPairs } from './batches.ts';
import type { Config } from './config.ts';
import { pix2pix } from './definition.ts';
import { generatorOptions } from './networks.ts';

/** What `translate` and `evaluate` use of a trained pix2pix: its one generator, with dropout. */
export const pix2pixTranslation: TranslationDefinition<Config> = {
  name: pix2pix.name,
  schema: pix2pix.schema,
  bothWays: false,
  asInTraining: true,
  generators: (config, state) => ({
    [config.direction]: {
      config: generatorOptions(config),
      state: pix2pix.sample.select(state as never) as HostNetworkState,
    },
  }),
  heldBack: async (config, tools, count) => {
    const pairs = await heldBackPairs(config, tools, count);
    return { a: pairs?.a, b: pairs?.b, isPaired: true };
  },
};
