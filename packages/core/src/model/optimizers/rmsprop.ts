import * as tf from '@tensorflow/tfjs';
import { tidyResult } from '../gradients/index.ts';
import {
  assertLearningRate,
  assertOption,
  assertSameRecord,
  assertShare,
  mapRecord,
  slotOf,
  zeroSlot,
  type Optimizer,
} from './optimizer.ts';

/** Options of {@link rmsprop}. */
export interface RmspropOptions {
  /** 5e-5 in the Wasserstein GAN. */
  readonly learningRate: number;
  /** How much of the squared gradients' average a step keeps; default 0.99. */
  readonly decay?: number;
  /** Added to the root of the squares' average; default 1e-8. */
  readonly epsilon?: number;
  /** How much of the last move a step repeats; default 0. */
  readonly momentum?: number;
}

/**
 * RMSprop, as PyTorch computes it: epsilon stands outside of the root, nothing is centered.
 *
 *     v ← decay·v + (1 − decay)·g²
 *     b ← momentum·b + g / (√v + ε)
 *     p ← p − learningRate · b
 *
 * As in Adam the state holds the plain decayed sum S = v/(1 − decay), which saves a pass per
 * parameter; the factors go into epsilon and the rate.
 *
 * Source: Tieleman and Hinton, "Neural networks for machine learning", lecture 6.5 (2012).
 *
 * @throws UserError for rates below 0, a decay or momentum outside of [0, 1), an epsilon ≤ 0
 */
export function rmsprop(options: RmspropOptions): Optimizer {
  const { learningRate, decay = 0.99, epsilon = 1e-8, momentum = 0 } = options;
  const who = 'rmsprop';
  assertLearningRate(who, learningRate);
  assertShare(who, 'decay', decay);
  assertShare(who, 'momentum', momentum);
  assertOption(who, 'epsilon', epsilon, 'above 0', (value) => value > 0);
  const root = Math.sqrt(1 - decay);
  return {
    name: who,
    init: (params) => ({
      squareSums: zeroSlot(params),
      ...(momentum > 0 && { moves: zeroSlot(params) }),
    }),
    update: ({ gradients, params, state, learningRate: rate = learningRate }) =>
      tidyResult(() => {
        assertSameRecord(who, 'gradients', gradients, params);
        const formerSquares = slotOf(who, state, 'squareSums', params);
        const formerMoves = momentum > 0 ? slotOf(who, state, 'moves', params) : undefined;
        const stepSize = tf.div(rate, root);

        const squareSums = mapRecord(gradients, (g, name) =>
          tf.add(tf.mul(formerSquares[name]!, decay), tf.square(g)),
        );
        const moves = mapRecord(gradients, (g, name) => {
          const move = tf.div(g, tf.add(tf.sqrt(squareSums[name]!), epsilon / root));
          return formerMoves ? tf.add(tf.mul(formerMoves[name]!, momentum), move) : move;
        });
        const moved = mapRecord(params, (param, name) =>
          tf.sub(param, tf.mul(moves[name]!, stepSize)),
        );
        return { params: moved, state: { squareSums, ...(formerMoves && { moves }) } };
      }),
  };
}
