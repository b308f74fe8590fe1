import * as tf from '@tensorflow/tfjs';
import { rule, ruleWithOutput } from './registry.ts';
import { sumToShape } from './sumToShape.ts';

/** Shared by the values that attain the extremum; tfjs gives each of them all of it. */
function extremumGradient(dy: tf.Tensor, x: tf.Tensor, y: tf.Tensor, axis: number | number[]) {
  const axes = tf.util.parseAxisParam(axis, x.shape);
  const kept = x.shape.map((extent, index) => (axes.includes(index) ? 1 : extent));
  const attains = tf.cast(tf.equal(x, tf.reshape(y, kept)), 'float32');
  return tf.mul(attains, tf.div(tf.reshape(dy, kept), tf.sum(attains, axes, true)));
}

const max = ruleWithOutput(tf.Max, ['x'], (dy, { x }, y, attrs: tf.MaxAttrs) => ({
  x: () => extremumGradient(dy, x, y, attrs.reductionIndices),
}));

const min = ruleWithOutput(tf.Min, ['x'], (dy, { x }, y, attrs: tf.MinAttrs) => ({
  x: () => extremumGradient(dy, x, y, attrs.axis),
}));

/** tfjs transposes the result for every axis but the last. */
const cumsum = rule(tf.Cumsum, [], (dy, _saved, { axis, exclusive, reverse }: tf.CumsumAttrs) => ({
  x: () => tf.cumsum(dy, axis, exclusive, !reverse),
}));

/**
 * The product of all other values, for each value, by a table of all values with ones on its
 * diagonal: right with zeros among the values and at any order, of n² numbers per product.
 * tfjs's fails for negative axes and at second order.
 */
const prod = rule(tf.Prod, ['x'], (dy, { x }, attrs: tf.ProdAttrs) => ({
  x: () => {
    const axes = tf.util.parseAxisParam(attrs.axis, x.shape);
    const others = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
    const order = [...others, ...axes];
    const moved = tf.transpose(x, order);
    const count = axes.reduce((all, axis) => all * (x.shape[axis] ?? 1), 1);
    const identity = tf.eye(count);
    const values = tf.reshape(moved, [-1, 1, count]);
    const table = tf.add(tf.mul(values, tf.sub(1, identity)), identity);
    const slopes = tf.mul(tf.reshape(dy, [-1, 1]), tf.prod(table, 2));
    const undo = order.map((_, axis) => order.indexOf(axis));
    return tf.transpose(tf.reshape(slopes, moved.shape), undo);
  },
}));

/**
 * Sums first and scales per channel afterwards. tfjs's entry repeats the deviation as a whole
 * tensor and cannot broadcast statistics of rank 4.
 */
const fusedBatchNorm = rule(
  tf.FusedBatchNorm,
  ['x', 'mean', 'variance', 'scale'],
  (dy, { x, mean, variance, scale }, { varianceEpsilon }: tf.FusedBatchNormAttrs) => {
    const inverse = () => tf.rsqrt(tf.add(variance, varianceEpsilon));
    const slope = () => tf.mul(inverse(), scale);
    const total = (gradient: tf.Tensor) => sumToShape(gradient, mean.shape);
    const covariance = () => total(tf.mul(dy, tf.sub(x, mean)));
    return {
      x: () => tf.mul(dy, slope()),
      mean: () => tf.neg(tf.mul(slope(), total(dy))),
      variance: () => tf.mul(tf.mul(-0.5, tf.square(inverse())), tf.mul(slope(), covariance())),
      scale: () => tf.mul(inverse(), covariance()),
      offset: () => total(tf.clone(dy)),
    };
  },
);

/** Corrected gradients of reductions and of batch normalisation. */
export const reductionGradients: readonly tf.GradConfig[] = [
  max,
  min,
  cumsum,
  prod,
  fusedBatchNorm,
];
