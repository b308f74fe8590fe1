import { applyNetwork, type Module, type NetworkState } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';

/** A network that is applied several times in one update. */
export interface NetworkInTraining {
  /** Applies the network in training mode. */
  readonly apply: (images: tf.Tensor) => tf.Tensor4D;
  /**
   * Applies the network to several batches. Where every picture is normalised by itself they go
   * through it as one, which gives the same numbers in less time.
   */
  readonly applyEach: (batches: readonly tf.Tensor[]) => tf.Tensor4D[];
  /** The running statistics that the applications so far have left. */
  readonly buffers: () => NetworkState['buffers'];
}

/**
 * Starts an update's use of a network: running statistics go from one application to the next.
 *
 * @param separately whether batches influence each other, as batch norm makes them do
 */
export function inTraining(
  module: Module,
  { params, buffers: initial }: NetworkState,
  separately: boolean,
): NetworkInTraining {
  let buffers = initial;
  const apply = (images: tf.Tensor): tf.Tensor4D => {
    const applied = applyNetwork(module, { params, buffers }, [images], { training: true });
    buffers = applied.buffers;
    return applied.output as tf.Tensor4D;
  };
  return {
    apply,
    applyEach: (batches) => {
      if (separately || batches.length < 2) return batches.map(apply);
      const sizes = batches.map(({ shape }) => shape[0]);
      return tf.split(apply(tf.concat([...batches], 0)), sizes, 0);
    },
    buffers: () => buffers,
  };
}
