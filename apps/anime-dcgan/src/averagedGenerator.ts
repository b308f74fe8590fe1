import { averagedNetwork, type NetworkState } from '@gan-zoo/core';

/** The parts of a state that pictures are drawn from, as tensors or in ordinary memory. */
export interface Drawable<Leaf> {
  readonly generator: NetworkState<Leaf>;
  /** Present when the training averages; weights and running statistics in one record. */
  readonly generatorAverage?: { readonly average: Readonly<Record<string, Leaf>> } | undefined;
}

/** The generator to draw with: the average over the last steps where there is one. */
export const averagedGenerator = <Leaf>({
  generator,
  generatorAverage,
}: Drawable<Leaf>): NetworkState<Leaf> => averagedNetwork(generator, generatorAverage);
