import type { HostTensor } from '@gan-zoo/compiler';
import {
  accumulating,
  adam,
  networkEma,
  type AccumulatingOptimizer,
  type HostNetworkState,
  type NetworkAverage,
  type NetworkState,
  type OptimizerState,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import type { Settings } from '../settings.ts';
import type { NetworkInputs, PairBatch } from './pairBatch.ts';

type Params = NetworkState['params'];

/** A network with what its optimizer remembers of it. */
export interface Trained {
  readonly network: NetworkState;
  readonly optimizer: OptimizerState;
}

/** An update that is due. */
export interface DueUpdate {
  readonly network: NetworkState;
  readonly optimizer: OptimizerState;
  /** Of the parameters that are trained; all others stay. */
  readonly gradients: Params;
  /** The running statistics after it. */
  readonly buffers: NetworkState['buffers'];
  readonly inputs: NetworkInputs;
  readonly accumulate: PairBatch['accumulate'];
}

/** Adam as configured, at one rate. */
export const createOptimizer = (
  { beta1, accumulationSteps }: Pick<Settings, 'beta1' | 'accumulationSteps'>,
  learningRate: number,
): AccumulatingOptimizer => accumulating(adam({ learningRate, beta1 }), accumulationSteps);

/** What an optimizer remembers of parameters that it has not seen yet. */
export const startOptimizer = (
  config: Pick<Settings, 'beta1' | 'accumulationSteps'>,
  params: HostNetworkState['params'],
): OptimizerState<HostTensor> =>
  createOptimizer(config, 0).init(params) as OptimizerState<HostTensor>;

/** Moves the parameters that have gradients. */
export function applyUpdate(optimizer: AccumulatingOptimizer, due: DueUpdate): Trained {
  const { network, gradients, buffers, inputs, accumulate } = due;
  const { params, state } = optimizer.update({
    gradients,
    params: pick(network.params, (name) => Object.hasOwn(gradients, name)),
    state: due.optimizer,
    ...{ learningRate: inputs.learningRate, accumulate },
  });
  return { network: { params: { ...network.params, ...params }, buffers }, optimizer: state };
}

/** The entries of a record whose names fit. */
export const pick = <Value>(
  record: Readonly<Record<string, Value>>,
  isWanted: (name: string) => boolean,
): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => isWanted(name)));

/** The average after an update, as a part of the state; nothing where there is none. */
export function averageAfter<Key extends string>(
  key: Key,
  { emaDecay }: Pick<Settings, 'emaDecay'>,
  former: NetworkAverage | undefined,
  network: NetworkState,
  accumulate: PairBatch['accumulate'],
): Partial<Record<Key, NetworkAverage>> {
  if (former === undefined || accumulate !== undefined) return {};
  const average = networkEma({ decay: emaDecay }).update(former, network)!;
  return { [key]: average } as Record<Key, NetworkAverage>;
}

/** The sum of losses by their weights; those of weight 0 must not be there. */
export const weightedSum = (
  terms: readonly (readonly [loss: tf.Tensor, weight: number])[],
): tf.Scalar =>
  tf.addN(terms.map(([loss, weight]) => (weight === 1 ? loss : tf.mul(loss, weight)))) as tf.Scalar;
