import * as tf from '@tensorflow/tfjs';
import { rule } from './registry.ts';
import { sumToShape } from './sumToShape.ts';

/** With broadcast batch axes, which tfjs's entry lacks. */
const batchMatMul = rule(
  tf.BatchMatMul,
  ['a', 'b'],
  (dy, { a, b }, { transposeA, transposeB }: tf.BatchMatMulAttrs) => ({
    a: () =>
      sumToShape(
        transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB),
        a.shape,
      ),
    b: () =>
      sumToShape(
        transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false),
        b.shape,
      ),
  }),
);

/**
 * tfjs has none. The gradient of one operand is the einsum of dy and the other operand with the
 * subscripts exchanged; subscripts that only this operand has are summed over, so their gradient
 * is repeated.
 */
const einsum: tf.GradConfig = {
  kernelName: tf.Einsum,
  saveAllInputs: true,
  gradFunc: (dy, saved, attrs) => {
    const equation = (attrs as unknown as tf.EinsumAttrs).equation.replaceAll(' ', '');
    const [terms = '', output = ''] = equation.split('->');
    const operands = terms.split(',');
    return Object.fromEntries(
      operands.map((labels, index) => [
        index,
        () => {
          const others = operands.flatMap((term, at) =>
            at === index ? [] : [{ term, tensor: saved[at] as tf.Tensor }],
          );
          const sources = [{ term: output, tensor: dy as tf.Tensor }, ...others];
          return einsumTo(labels, (saved[index] as tf.Tensor).shape, sources);
        },
      ]),
    );
  },
};

function einsumTo(
  labels: string,
  shape: number[],
  sources: { term: string; tensor: tf.Tensor }[],
): tf.Tensor {
  const present = [...labels].filter((label) => sources.some(({ term }) => term.includes(label)));
  const operands = sources.filter(({ term }) => term !== '');
  const scalars = sources.filter(({ term }) => term === '');
  const equation = `${operands.map(({ term }) => term).join(',')}->${present.join('')}`;
  const contracted =
    operands.length > 0 ? [tf.einsum(equation, ...operands.map(({ tensor }) => tensor))] : [];
  const result = [...contracted, ...scalars.map(({ tensor }) => tensor)].reduce((a, b) =>
    tf.mul(a, b),
  );
  const aligned = [...labels].map((label, axis) =>
    present.includes(label) ? (shape[axis] ?? 1) : 1,
  );
  return tf.broadcastTo(tf.reshape(result, aligned), shape);
}

/** Corrected gradients of matrix products. */
export const productGradients: readonly tf.GradConfig[] = [batchMatMul, einsum];
