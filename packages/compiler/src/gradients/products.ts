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

/** A tensor with a letter per axis. */
interface Labelled {
  readonly labels: string;
  readonly tensor: tf.Tensor;
}

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
    const operands = terms
      .split(',')
      .map((labels, index): Labelled => ({ labels, tensor: saved[index] as tf.Tensor }));
    const gradient: Labelled = { labels: output, tensor: dy as tf.Tensor };
    return Object.fromEntries(
      operands.map((operand, index) => {
        const others = operands.filter((other) => other !== operand);
        return [index, () => contractTo(operand, [gradient, ...others])];
      }),
    );
  },
};

/** The product of the sources, summed and repeated to the axes of `target`. */
function contractTo(target: Labelled, sources: readonly Labelled[]): tf.Tensor {
  const summed = sources.map((source) =>
    sumUnshared(source, [target, ...sources.filter((other) => other !== source)]),
  );
  const present = [...target.labels].filter((label) =>
    summed.some(({ labels }) => labels.includes(label)),
  );
  const scalars = summed.filter(({ labels }) => labels === '');
  const factors = [
    ...scalars.map(({ tensor }) => tensor),
    ...contract(
      summed.filter(({ labels }) => labels !== ''),
      present.join(''),
    ),
  ];
  const shape = target.tensor.shape;
  const aligned = [...target.labels].map((label, axis) =>
    present.includes(label) ? (shape[axis] ?? 1) : 1,
  );
  const result = factors.reduce((a, b) => tf.mul(a, b));
  return tf.broadcastTo(tf.reshape(result, aligned), shape);
}

/** Sums the axes that no other tensor has; tfjs's cpu einsum is wrong about them. */
function sumUnshared({ labels, tensor }: Labelled, others: readonly Labelled[]): Labelled {
  const isShared = (label: string) => others.some((other) => other.labels.includes(label));
  const axes = [...labels].flatMap((label, axis) => (isShared(label) ? [] : [axis]));
  if (axes.length === 0) return { labels, tensor };
  return { labels: [...labels].filter(isShared).join(''), tensor: tf.sum(tensor, axes) };
}

/** One einsum. Not for a single tensor that stays as it is: the cpu kernel would share its data. */
function contract(operands: readonly Labelled[], output: string): tf.Tensor[] {
  const [first] = operands;
  if (!first) return [];
  if (operands.length === 1 && first.labels === output) return [first.tensor];
  const equation = `${operands.map(({ labels }) => labels).join(',')}->${output}`;
  return [tf.einsum(equation, ...operands.map(({ tensor }) => tensor))];
}

/** Corrected gradients of matrix products. */
export const productGradients: readonly tf.GradConfig[] = [batchMatMul, einsum];
