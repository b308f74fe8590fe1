import * as tf from '@tensorflow/tfjs';
import { rule, ruleWithOutput } from './registry.ts';
import { sumToShape } from './sumToShape.ts';

/** sign(x): 0 at 0 as in PyTorch, where tfjs has -1. */
const abs = rule(tf.Abs, ['x'], (dy, { x }) => ({
  x: () => tf.mul(dy, tf.sign(tf.cast(x, 'float32'))),
}));

/** tfjs lets gradients through a cast to whole numbers, which is a rounding. */
const cast = rule(tf.Cast, [], (dy, _saved, { dtype }: tf.CastAttrs) => ({
  x: () => (dtype === 'float32' || dtype === 'complex64' ? tf.clone(dy) : tf.zeros(dy.shape)),
}));

/** tfjs's EluGrad kernel has no gradient; y + 1 = exp(x) for x < 0. */
const elu = ruleWithOutput(tf.Elu, ['x'], (dy, _saved, y) => ({
  x: () => tf.where(tf.greater(y, 0), dy, tf.mul(dy, tf.add(y, 1))),
}));

/** The slope as a factor: two kernels fewer than tfjs's selection between two products. */
const leakyRelu = rule(tf.LeakyRelu, ['x'], (dy, { x }, { alpha }: tf.LeakyReluAttrs) => ({
  x: () => tf.mul(dy, tf.step(x, alpha)),
}));

const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473766;

/** exp(x) of a large x, though never selected, would make the second order 0 × ∞. */
const selu = rule(tf.Selu, ['x'], (dy, { x }) => ({
  x: () => {
    const slope = tf.mul(SELU_SCALE_ALPHA, tf.exp(tf.minimum(x, 0)));
    return tf.mul(dy, tf.where(tf.greater(x, 0), tf.fill(x.shape, SELU_SCALE), slope));
  },
}));

/** -y³/2, cheaper than tfjs's pow(x, 1.5). */
const rsqrt = ruleWithOutput(tf.Rsqrt, ['x'], (dy, _saved, y) => ({
  x: () => tf.mul(dy, tf.mul(-0.5, tf.mul(y, tf.square(y)))),
}));

/** With broadcasting, which tfjs's entry lacks. Equal values count for a. */
const maximum = rule(tf.Maximum, ['a', 'b'], (dy, { a, b }) => ({
  a: () => sumToShape(tf.mul(dy, tf.cast(tf.greaterEqual(a, b), 'float32')), a.shape),
  b: () => sumToShape(tf.mul(dy, tf.cast(tf.less(a, b), 'float32')), b.shape),
}));

/** With broadcasting, which tfjs's entry lacks. Equal values count for a. */
const minimum = rule(tf.Minimum, ['a', 'b'], (dy, { a, b }) => ({
  a: () => sumToShape(tf.mul(dy, tf.cast(tf.lessEqual(a, b), 'float32')), a.shape),
  b: () => sumToShape(tf.mul(dy, tf.cast(tf.greater(a, b), 'float32')), b.shape),
}));

/** With broadcasting, which tfjs's entry lacks. */
const squaredDifference = rule(tf.SquaredDifference, ['a', 'b'], (dy, { a, b }) => ({
  a: () => sumToShape(tf.mul(dy, tf.mul(2, tf.sub(a, b))), a.shape),
  b: () => sumToShape(tf.mul(dy, tf.mul(2, tf.sub(b, a))), b.shape),
}));

/** a mod b = a - b floor(a / b). tfjs's entry returns dy itself, which the tape may dispose of. */
const mod = rule(tf.Mod, ['a', 'b'], (dy, { a, b }) => ({
  a: () => sumToShape(tf.clone(dy), a.shape),
  b: () => sumToShape(tf.neg(tf.mul(dy, tf.floor(tf.div(a, b)))), b.shape),
}));

/**
 * b aᵇ⁻¹ and aᵇ ln a, where tfjs has NaN: the slope in a at a = 0 for b = 0, and everything of
 * second order there. For a ≤ 0 the slope in b counts as 0, as in TensorFlow.
 */
const pow = ruleWithOutput(tf.Pow, ['a', 'b'], (dy, { a, b }, y) => ({
  a: () => {
    const exponent = tf.cast(b, 'float32');
    const isZero = tf.equal(exponent, 0);
    const lower = tf.where(isZero, tf.onesLike(exponent), tf.sub(exponent, 1));
    return sumToShape(tf.mul(dy, tf.mul(exponent, tf.pow(a, lower))), a.shape);
  },
  b: () => {
    const base = tf.where(tf.greater(a, 0), a, tf.onesLike(a));
    return sumToShape(tf.mul(dy, tf.mul(y, tf.log(base))), b.shape);
  },
}));

/** Corrected gradients of elementwise kernels. */
export const elementwiseGradients: readonly tf.GradConfig[] = [
  abs,
  cast,
  leakyRelu,
  elu,
  selu,
  rsqrt,
  maximum,
  minimum,
  squaredDifference,
  mod,
  pow,
];
