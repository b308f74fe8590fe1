import { applyNetwork, type Module, type NetworkState } from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../settings.ts';
import type { Method } from './method.ts';

type Judge = Module<readonly [tf.Tensor], { readonly logits: tf.Tensor | tf.Tensor[] }>;

/** The discriminator's mean verdicts [N] on pairs [N, S, S, 2·C], source first; inference mode. */
export function createJudge(method: Method, config: Settings) {
  const { networks } = method.createGame(config) as {
    readonly networks: { readonly discriminator: Judge };
  };
  return (discriminator: NetworkState, pairs: tf.Tensor4D): tf.Tensor => {
    const images = method.judges === 'pairs' ? pairs : tf.split(pairs, 2, 3)[1]!;
    const { logits } = applyNetwork(networks.discriminator, discriminator, [images], {
      training: false,
    }).output;
    const maps = [logits].flat();
    const means = maps.map((map) => tf.mean(tf.reshape(map, [map.shape[0]!, -1]), 1));
    return tf.div(tf.addN(means), means.length);
  };
}
