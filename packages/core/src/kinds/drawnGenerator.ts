import type { NetworkState } from '../model/layers/index.ts';
import { averagedNetwork, type NetworkAverage } from '../model/regularisers/index.ts';

/** The one generator of a state that pictures are drawn with: the average where there is one. */
export const drawnGenerator = <Leaf>(state: unknown): NetworkState<Leaf> => {
  const { generator, generatorAverage } = state as {
    readonly generator: NetworkState<Leaf>;
    readonly generatorAverage?: NetworkAverage<Leaf>;
  };
  return averagedNetwork(generator, generatorAverage);
};
