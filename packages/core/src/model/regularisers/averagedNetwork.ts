import type { HostTensor } from '@gan-zoo/compiler';
import type * as tf from '@tensorflow/tfjs';
import type { HostNetworkState, NetworkState } from '../layers/index.ts';
import { ema, type EmaState } from '../optimizers/index.ts';

/** A running average of a network's weights and running statistics, in one record by name. */
export type NetworkAverage<Leaf = tf.Tensor> = EmaState<Readonly<Record<string, Leaf>>, Leaf>;

/** A network's running average as a pure pair of functions, where an app wants one. */
export interface NetworkEma {
  /** The first weights and statistics, or nothing when the decay is 0. */
  readonly init: (network: HostNetworkState) => NetworkAverage<HostTensor> | undefined;
  /** The average after an update of the network; nothing where there was none. */
  readonly update: (
    average: NetworkAverage | undefined,
    network: NetworkState,
  ) => NetworkAverage | undefined;
}

/**
 * The average that samples are drawn with; see `ema`. Weights and batch norm's running statistics
 * are averaged alike, as the statistics of one network do not fit the weights of another.
 *
 * @param options.decay the share that a step keeps; 0 switches the average off
 */
export function networkEma({ decay }: { readonly decay: number }): NetworkEma {
  const { init, update } = ema({ decay });
  return {
    init: ({ params, buffers }) =>
      decay === 0
        ? undefined
        : init({ ...params, ...buffers } as Record<string, HostTensor<'float32'>>),
    update: (state, { params, buffers }) =>
      state === undefined ? undefined : update({ params: { ...params, ...buffers }, state }),
  };
}

/** The network to draw with: its average where there is one. Works on tensors of either kind. */
export function averagedNetwork<Leaf>(
  network: NetworkState<Leaf>,
  average: { readonly average: Readonly<Record<string, Leaf>> } | undefined,
): NetworkState<Leaf> {
  if (average === undefined) return network;
  const pick = (own: Readonly<Record<string, Leaf>>): Record<string, Leaf> =>
    Object.fromEntries(Object.keys(own).map((name) => [name, average.average[name]!]));
  return { params: pick(network.params), buffers: pick(network.buffers) };
}
