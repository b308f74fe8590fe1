import * as tf from '@tensorflow/tfjs';
import { rule } from './registry.ts';

const PAIRS = [
  tf.Equal,
  tf.NotEqual,
  tf.Greater,
  tf.GreaterEqual,
  tf.Less,
  tf.LessEqual,
  tf.LogicalAnd,
  tf.LogicalOr,
  'LogicalXor',
  tf.FloorDiv,
];

const SINGLES = [tf.LogicalNot, tf.Any, tf.All, tf.ArgMax, tf.ArgMin];

/**
 * Kernels that are constant between their jumps. Without an entry anything that is built on
 * them (leakyRelu's gradient, a select by comparison) could not be differentiated; tfjs's own
 * entry of FloorDiv is that of a division. Floor, ceil, round, sign and step are right in tfjs.
 */
export const zeroGradients: readonly tf.GradConfig[] = [
  ...PAIRS.map((kernelName) =>
    rule(kernelName, ['a', 'b'], (_dy, { a, b }) => ({
      a: () => tf.zeros(a.shape),
      b: () => tf.zeros(b.shape),
    })),
  ),
  ...SINGLES.map((kernelName) =>
    rule(kernelName, ['x'], (_dy, { x }) => ({ x: () => tf.zeros(x.shape) })),
  ),
];
