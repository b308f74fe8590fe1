import { hostTensor, type HostTensor, type Tree } from '@gan-zoo/compiler';
import {
  accumulating,
  adam,
  dcganNormal,
  initNetwork,
  networkEma,
  type GivenNetworks,
  type HostNetworkState,
  type Random,
} from '@gan-zoo/core';
import type { Config } from './config.ts';
import { createNetworks, networkNames, type NetworkName } from './networks.ts';

/**
 * The state before the first step: normal weights or those given, empty pools, optimizers that know
 * nothing.
 */
export function initState(
  config: Config,
  random: Random,
  given: GivenNetworks = {},
): Tree<HostTensor> {
  const modules = createNetworks(config);
  const networks = Object.fromEntries(
    networkNames.map((name) => [
      name,
      given[name] ?? initNetwork(modules[name], random, { name, scheme: dcganNormal }),
    ]),
  ) as Record<NetworkName, HostNetworkState>;
  const { generatorAtoB, generatorBtoA, discriminatorA, discriminatorB } = networks;
  const { batchSize, poolSize, accumulationSteps, emaDecay } = config;
  const { init } = accumulating(adam({ learningRate: 0 }), accumulationSteps);
  const average = networkEma({ decay: emaDecay });
  return {
    ...networks,
    generatorOptimizer: {
      generatorAtoB: init(generatorAtoB.params),
      generatorBtoA: init(generatorBtoA.params),
    },
    discriminatorOptimizer: {
      discriminatorA: init(discriminatorA.params),
      discriminatorB: init(discriminatorB.params),
    },
    ...(poolSize === 0 ? {} : { pools: blankImages(config, poolSize) }),
    shown: blankImages(config, batchSize / accumulationSteps),
    ...(emaDecay === 0
      ? {}
      : {
          generatorAverages: {
            generatorAtoB: average.init(generatorAtoB),
            generatorBtoA: average.init(generatorBtoA),
          },
        }),
  } as unknown as Tree<HostTensor>;
}

const blankImages = ({ imageSize, channelsA, channelsB }: Config, count: number) => ({
  a: hostTensor([count, imageSize, imageSize, channelsA]),
  b: hostTensor([count, imageSize, imageSize, channelsB]),
});
