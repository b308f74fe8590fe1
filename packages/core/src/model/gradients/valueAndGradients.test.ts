import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { valueAndGradients } from './valueAndGradients.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(before);
});

/** Runs a body whose tensors all go away afterwards. */
const tidily = (body: () => void) => () => void tf.tidy(body);

const values = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

describe('valueAndGradients', () => {
  it(
    'gives loss and gradients in the structure of the parameters',
    tidily(() => {
      const params = { w: tf.tensor1d([2, 3]), layers: [{ b: tf.scalar(4) }, { b: tf.scalar(5) }] };
      const { value, gradients } = valueAndGradients(
        ({ w, layers }) => ({
          loss: tf.sum(tf.mul(tf.square(w), tf.mul(layers[0]!.b, layers[1]!.b))).asScalar(),
        }),
        params,
      );
      expect(values(value.loss)).toEqual([260]);
      expect(values(gradients.w)).toEqual([80, 120]);
      expect(values(gradients.layers[0]!.b)).toEqual([65]);
      expect(values(gradients.layers[1]!.b)).toEqual([52]);
    }),
  );

  it(
    'takes a bare tensor as the tree of parameters',
    tidily(() => {
      const { gradients } = valueAndGradients((x) => ({ loss: tf.sum(x.square()) }), tf.ones([2]));
      expect(values(gradients)).toEqual([2, 2]);
    }),
  );

  it('hands over exactly the auxiliary results, the loss and the gradients', () => {
    const params = { w: tf.tensor1d([2, 3]) };
    const start = tf.memory().numTensors;
    const { value, gradients } = valueAndGradients(({ w }) => {
      const squares = tf.square(w);
      const loss = tf.sum(tf.mul(squares, 2));
      return { loss, images: [squares], metrics: { loss, mean: tf.tidy(() => tf.mean(squares)) } };
    }, params);
    expect(values(value.images[0]!)).toEqual([4, 9]);
    expect(values(value.metrics.mean)).toEqual([6.5]);
    expect(value.metrics.loss).toBe(value.loss);
    expect(tf.memory().numTensors).toBe(start + 4);
    expect([value.loss, value.images[0]!, value.metrics.mean].some(({ kept }) => kept)).toBe(false);
    tf.dispose([value, gradients, params]);
  });

  it('leaves the auxiliary results to the enclosing tidy', () => {
    tf.tidy(() => {
      const x = tf.ones([3]);
      valueAndGradients((w) => ({ loss: tf.sum(w), twice: tf.mul(w, 2) }), x);
    });
    // Nothing is left: afterEach counts.
  });

  it('does not take tensors away from their owner', () => {
    const outer = tf.ones([2]);
    const held = tf.keep(tf.scalar(7));
    tf.tidy(() => {
      const { value } = valueAndGradients((w) => ({ loss: tf.sum(w), outer: w, held }), outer);
      expect(value.outer).toBe(outer);
    });
    expect(held.kept).toBe(true);
    expect(values(outer)).toEqual([1, 1]);
    expect(values(held)).toEqual([7]);
    tf.dispose([outer, held]);
  });

  it(
    'refuses parameters that do not influence the loss, unless zeros are asked for',
    tidily(() => {
      const params = { used: tf.scalar(3), spare: [tf.ones([2]), tf.ones([1])] };
      const fn = ({ used }: typeof params) => ({ loss: tf.square(used), copy: tf.mul(used, 1) });
      expect(() => valueAndGradients(fn, params)).toThrow(
        'valueAndGradients: expected every parameter to influence the loss; these do not: ' +
          "spare/0, spare/1. Leave them out of the parameters, or pass { unused: 'zeros' }.",
      );
      const { gradients } = valueAndGradients(fn, params, { unused: 'zeros' });
      expect(values(gradients.used)).toEqual([6]);
      expect(values(gradients.spare[0]!)).toEqual([0, 0]);
    }),
  );

  it('loses no tensor when parameters are unused', () => {
    const params = { used: tf.scalar(3), spare: tf.ones([2]) };
    const fn = ({ used }: typeof params) => ({ loss: tf.square(used), copy: tf.mul(used, 1) });
    expect(() => valueAndGradients(fn, params)).toThrow('these do not: spare.');
    tf.dispose(params);
  });

  it(
    'differentiates a gradient: d/dθ ‖∂f/∂x‖² against finite differences',
    tidily(() => {
      const x = tf.tensor2d([[0.3, -0.7, 1.1]]);
      const start = { w: [0.5, -0.4, 0.2, 0.9, -0.6, 0.3], v: [0.7, -1.2] };
      const squaredNorm = ({ w, v }: { w: tf.Tensor; v: tf.Tensor }) => {
        const { gradients } = valueAndGradients((input) => {
          const hidden = tf.matMul(input, w.reshape([3, 2]));
          const cubes = tf.mul(tf.square(hidden), hidden);
          return { loss: tf.sum(tf.matMul(tf.softplus(cubes), v.reshape([2, 1]))), hidden };
        }, x);
        return { loss: tf.sum(tf.square(gradients)), inner: gradients };
      };
      const at = (point: typeof start) => ({ w: tf.tensor1d(point.w), v: tf.tensor1d(point.v) });
      const { value, gradients } = valueAndGradients(squaredNorm, at(start));
      expect(value.inner.shape).toEqual([1, 3]);
      const step = 5e-3;
      for (const key of ['w', 'v'] as const) {
        const numeric = start[key].map((_, place) => {
          const shifted = (by: number) => {
            const point = { w: [...start.w], v: [...start.v] };
            point[key][place]! += by;
            return values(squaredNorm(at(point)).loss)[0]!;
          };
          return (shifted(step) - shifted(-step)) / (2 * step);
        });
        values(gradients[key]).forEach((got, i) => expect(got).toBeCloseTo(numeric[i]!, 3));
        expect(Math.max(...numeric.map(Math.abs))).toBeGreaterThan(0.05);
      }
    }),
  );

  it('refuses losses that are not scalars', () => {
    const x = tf.ones([2]);
    expect(() => valueAndGradients((w) => ({ loss: tf.mul(w, 2) }), x)).toThrow(
      'valueAndGradients: expected the function to return { loss } with a scalar, ' +
        'received the shape [2]. Reduce it with tf.mean or tf.sum.',
    );
    expect(() => valueAndGradients(() => ({}) as { loss: tf.Scalar }, x)).toThrow(
      'with a scalar, received undefined.',
    );
    x.dispose();
  });

  it('frees what the tape had saved when the function fails', () => {
    const x = tf.ones([2]);
    const fail = (w: tf.Tensor): { loss: tf.Tensor } => {
      throw new Error(`after ${tf.sum(tf.square(w)).rank}`);
    };
    expect(() => valueAndGradients(fail, x)).toThrow('after 0');
    const nested = (w: tf.Tensor) => ({ loss: tf.sum(valueAndGradients(fail, w).gradients) });
    expect(() => valueAndGradients(nested, x)).toThrow('after 0');
    const { value, gradients } = valueAndGradients((w) => ({ loss: tf.sum(tf.square(w)) }), x);
    expect(values(gradients)).toEqual([2, 2]);
    tf.dispose([value, gradients, x]);
  });

  it(
    'refuses parameters of other types and no parameters at all',
    tidily(() => {
      const labels = tf.tensor1d([1], 'int32');
      expect(() => valueAndGradients(() => ({ loss: tf.scalar(1) }), { labels })).toThrow(
        'valueAndGradients: expected float32 parameters, received "labels" of int32.',
      );
      expect(() => valueAndGradients(() => ({ loss: tf.scalar(1) }), {})).toThrow(
        'valueAndGradients: expected at least one parameter, received none.',
      );
    }),
  );
});
