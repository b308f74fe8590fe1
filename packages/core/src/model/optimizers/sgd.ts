import * as tf from '@tensorflow/tfjs';
import { UserError } from '@gan-zoo/compiler';
import { tidyResult } from '../gradients/index.ts';
import {
  assertLearningRate,
  assertSameRecord,
  assertShare,
  mapRecord,
  slotOf,
  zeroSlot,
  type Optimizer,
} from './optimizer.ts';

/** Options of {@link sgd}. */
export interface SgdOptions {
  readonly learningRate: number;
  /** How much of the last velocity a step keeps; default 0. */
  readonly momentum?: number;
  /** Whether to look ahead along the new velocity; default no. Needs momentum. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent, as PyTorch computes it (without dampening).
 *
 *     b ← momentum·b + g
 *     p ← p − learningRate · b                      plain
 *     p ← p − learningRate · (g + momentum·b)       Nesterov
 *
 * Paper: Sutskever et al., "On the importance of initialization and momentum" (ICML 2013).
 *
 * @throws UserError for rates below 0, a momentum outside of [0, 1), Nesterov without momentum
 */
export function sgd({ learningRate, momentum = 0, nesterov = false }: SgdOptions): Optimizer {
  const who = 'sgd';
  assertLearningRate(who, learningRate);
  assertShare(who, 'momentum', momentum);
  if (nesterov && momentum === 0) {
    throw new UserError('sgd: expected a momentum above 0 for nesterov, received 0. 0.9 is usual.');
  }
  return {
    name: who,
    init: (params) => (momentum > 0 ? { velocities: zeroSlot(params) } : {}),
    update: ({ gradients, params, state, learningRate: rate = learningRate }) =>
      tidyResult(() => {
        assertSameRecord(who, 'gradients', gradients, params);
        const move = (moves: tf.TensorContainerObject): typeof params =>
          mapRecord(params, (param, name) => tf.sub(param, tf.mul(moves[name] as tf.Tensor, rate)));
        if (momentum === 0) return { params: move(gradients), state: {} };

        const former = slotOf(who, state, 'velocities', params);
        const velocities = mapRecord(gradients, (g, name) =>
          tf.add(tf.mul(former[name]!, momentum), g),
        );
        const ahead = nesterov
          ? mapRecord(gradients, (g, name) => tf.add(g, tf.mul(velocities[name]!, momentum)))
          : velocities;
        return { params: move(ahead), state: { velocities } };
      }),
  };
}
