import type {
  Direction,
  HostNetworkState,
  TrainedGenerator,
  TranslationDefinition,
} from '@gan-zoo/core';
import type { Config } from '../config.ts';
import { cyclegan, type PerGenerator } from '../definition.ts';
import { generatorOptions } from '../networks.ts';

/** What `translate` and `evaluate` use of a trained CycleGAN: both generators, in inference mode. */
export const cycleganTranslation: TranslationDefinition<Config> = {
  name: cyclegan.name,
  schema: cyclegan.schema,
  bothWays: true,
  asInTraining: false,
  generators: (config, state) => {
    const states = cyclegan.sample.select(state as never) as PerGenerator<HostNetworkState>;
    const generator = (way: Direction, own: HostNetworkState): TrainedGenerator => ({
      config: generatorOptions(config, way),
      state: own,
    });
    return {
      'a-to-b': generator('a-to-b', states.generatorAtoB),
      'b-to-a': generator('b-to-a', states.generatorBtoA),
    };
  },
  heldBack: async (config, tools) => {
    const { a, b } = await cyclegan.references(config, tools);
    return { a: a?.heldBack, b: b?.heldBack, isPaired: false };
  },
};
