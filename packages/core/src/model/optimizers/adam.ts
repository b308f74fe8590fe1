import { hostTensor } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { tidyResult } from '../gradients/index.ts';
import {
  assertLearningRate,
  assertOption,
  assertSameRecord,
  assertShare,
  mapRecord,
  scalarOf,
  slotOf,
  zeroSlot,
  type Optimizer,
} from './optimizer.ts';

/** Options of {@link adam}. */
export interface AdamOptions {
  /** How far a weight moves at most in the first step. */
  readonly learningRate: number;
  /** How much of the gradients' average a step keeps; default 0.9, 0.5 in most GANs. */
  readonly beta1?: number;
  /** How much of the squared gradients' average a step keeps; default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the squares' average; default 1e-8. */
  readonly epsilon?: number;
}

/** Options of {@link adamW}. */
export interface AdamWOptions extends AdamOptions {
  /** The share of each weight that a step at rate 1 takes off; default 0.01. */
  readonly weightDecay?: number;
}

/**
 * Adam, as PyTorch computes it: epsilon stands outside of the root, after the bias correction.
 *
 *     m = average of g with weights β₁ᵏ,  v = average of g² with weights β₂ᵏ
 *     p ← p − learningRate · m / (√v + ε)
 *
 * Paper: Kingma and Ba, "Adam: a method for stochastic optimization" (arXiv 1412.6980).
 *
 * @throws UserError for rates below 0, betas outside of [0, 1) and an epsilon of 0 or less
 */
export function adam(options: AdamOptions): Optimizer {
  return makeAdam('adam', { ...options, weightDecay: 0 });
}

/**
 * {@link adam} with decoupled weight decay: p ← p·(1 − learningRate·weightDecay) before the step.
 *
 * Paper: Loshchilov and Hutter, "Decoupled weight decay regularization" (arXiv 1711.05101).
 *
 * @throws UserError as {@link adam}, and for a weight decay below 0
 */
export function adamW({ weightDecay = 0.01, ...options }: AdamWOptions): Optimizer {
  assertOption('adamW', 'weightDecay', weightDecay, 'of at least 0', (value) => value >= 0);
  return makeAdam('adamW', { ...options, weightDecay });
}

/**
 * Every operation on a parameter is a pass through memory, so the state holds the plain decayed
 * sums G = Σ β₁ᵏ·g and S = Σ β₂ᵏ·g², and whatever turns them into averages is folded into two
 * scalars per update. With cᵢ = 1 − βᵢᵗ, m = G·(1 − β₁)/c₁ and v = S·(1 − β₂)/c₂:
 *
 *     m / (√v + ε) = scale · G / (√S + ε·root)
 *     root = √(c₂ / (1 − β₂)),  scale = root · (1 − β₁)/c₁
 */
function makeAdam(who: string, options: AdamWOptions): Optimizer {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  assertLearningRate(who, learningRate);
  assertShare(who, 'beta1', beta1);
  assertShare(who, 'beta2', beta2);
  assertOption(who, 'epsilon', epsilon, 'above 0', (value) => value > 0);
  return {
    name: who,
    init: (params) => ({
      step: hostTensor([]),
      gradientSums: zeroSlot(params),
      squareSums: zeroSlot(params),
    }),
    update: ({ gradients, params, state, learningRate: rate = learningRate }) =>
      tidyResult(() => {
        assertSameRecord(who, 'gradients', gradients, params);
        const formerGradients = slotOf(who, state, 'gradientSums', params);
        const formerSquares = slotOf(who, state, 'squareSums', params);
        const step = tf.add(scalarOf(who, state, 'step'), 1);

        const root = tf.sqrt(tf.div(oneMinusPower(beta2, step), 1 - beta2));
        const scale = tf.mul(root, tf.div(1 - beta1, oneMinusPower(beta1, step)));
        const stepSize = tf.mul(scale, rate);
        const margin = tf.mul(root, epsilon);
        const kept = weightDecay === 0 ? undefined : tf.sub(1, tf.mul(rate, weightDecay));

        const gradientSums = mapRecord(gradients, (g, name) =>
          decayedSum(formerGradients[name]!, beta1, g),
        );
        const squareSums = mapRecord(gradients, (g, name) =>
          decayedSum(formerSquares[name]!, beta2, tf.square(g)),
        );
        const moved = mapRecord(params, (param, name) => {
          const slope = tf.div(gradientSums[name]!, tf.add(tf.sqrt(squareSums[name]!), margin));
          return tf.sub(kept ? tf.mul(param, kept) : param, tf.mul(slope, stepSize));
        });
        return { params: moved, state: { step, gradientSums, squareSums } };
      }),
  };
}

/** A new tensor in every case: the state must not share the gradient's. */
const decayedSum = (former: tf.Tensor, beta: number, value: tf.Tensor): tf.Tensor =>
  beta === 0 ? tf.clone(value) : tf.add(tf.mul(former, beta), value);

/**
 * 1 − βᵗ for a scalar t, to the last bits of float32: subtracting a power close to 1 would lose
 * most of them in the first steps. With x = −t·ln β it is 1 − e⁻ˣ = 2·tanh(x/2) / (1 + tanh(x/2)).
 */
function oneMinusPower(beta: number, t: tf.Tensor): tf.Tensor {
  if (beta === 0) return tf.scalar(1);
  const tangent = tf.tanh(tf.mul(t, -Math.log(beta) / 2));
  return tf.div(tf.mul(tangent, 2), tf.add(tangent, 1));
}
