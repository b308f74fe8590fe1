import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { adam, adamW } from './adam.ts';
import { clipGradientNorm, clipWeights } from './clipping.ts';
import { onBackend } from './fixtures/onBackend.ts';
import type { Optimizer, OptimizerState } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const values = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

/** One update of a weight vector from the optimizer's initial state. */
function firstUpdate(optimizer: Optimizer, weights: number[], slopes: number[]): number[] {
  return tf.tidy(() => {
    const params = { w: tf.tensor1d(weights) };
    const state = onBackend(optimizer.init(params));
    return values(
      optimizer.update({ gradients: { w: tf.tensor1d(slopes) }, params, state }).params.w,
    );
  });
}

/** How many operations of an update run over a whole parameter. */
async function countPasses(optimizer: Optimizer): Promise<number> {
  const params = { w: tf.ones([7, 5]) };
  const state = onBackend(optimizer.init(params));
  const { kernels } = await tf.profile(() => {
    tf.dispose(optimizer.update({ gradients: params, params, state }) as unknown as tf.Tensor[]);
  });
  tf.dispose([params, state]);
  return kernels.filter(({ outputShapes }) => outputShapes[0]!.join() === '7,5').length;
}

describe('adam', () => {
  it('starts from zeros in ordinary memory', () => {
    const state = adam({ learningRate: 1 }).init({ w: { shape: [2, 3] } });
    const zeros = { dtype: 'float32', shape: [2, 3], data: new Float32Array(6) };
    expect(state).toEqual({
      step: { dtype: 'float32', shape: [], data: new Float32Array(1) },
      gradientSums: { w: zeros },
      squareSums: { w: zeros },
    });
  });

  it('moves every weight by the learning rate in the first step, whatever the slope', () => {
    const moved = firstUpdate(adam({ learningRate: 0.25 }), [1, 1, 1, 1], [1e-3, -1, 1e4, 0]);
    [0.75, 1.25, 0.75, 1].forEach((wanted, i) => expect(moved[i]).toBeCloseTo(wanted, 4));
  });

  it('counts its steps and corrects less and less', () => {
    tf.tidy(() => {
      const { update, init } = adam({ learningRate: 1, beta1: 0, beta2: 0.75 });
      const params = { w: tf.tensor1d([0]) };
      const start = onBackend(init(params));
      const late = { ...start, step: tf.scalar(1e6) };
      const gradients = { w: tf.tensor1d([2]) };
      // Squares' average: 0.25·4 = 1, corrected by 0.25 in the first step and by 1 at last.
      expect(values(update({ gradients, params, state: start }).params.w)[0]).toBeCloseTo(-1, 6);
      const result = update({ gradients, params, state: late });
      expect(values(result.params.w)[0]).toBeCloseTo(-2, 6);
      expect(values(result.state.step as tf.Tensor)).toEqual([1e6 + 1]);
    });
  });

  it('goes on from a stored state as if it had never stopped', () => {
    tf.tidy(() => {
      const { init, update } = adam({ learningRate: 0.1 });
      const slopeAt = (step: number) => ({ w: tf.tensor1d([Math.sin(step), Math.cos(3 * step)]) });
      const advance = (
        from: number,
        to: number,
        params: { w: tf.Tensor },
        state: OptimizerState,
      ) => {
        for (let step = from; step < to; step++) {
          ({ params, state } = update({ gradients: slopeAt(step), params, state }));
        }
        return { params, state };
      };
      const params = { w: tf.tensor1d([1, 2]) };
      const straight = advance(0, 6, params, onBackend(init(params)));
      const half = advance(0, 3, params, onBackend(init(params)));
      const copy = (tensor: tf.Tensor) => tf.tensor(tensor.dataSync().slice(), tensor.shape);
      const slots = half.state as Record<string, tf.Tensor & Record<string, tf.Tensor>>;
      const stored = {
        step: copy(slots.step!),
        gradientSums: { w: copy(slots.gradientSums!.w!) },
        squareSums: { w: copy(slots.squareSums!.w!) },
      };
      const resumed = advance(3, 6, { w: copy(half.params.w) }, stored);
      expect(values(resumed.params.w)).toEqual(values(straight.params.w));
    });
  });

  it('does not share tensors between gradients and state', () => {
    const params = { w: tf.tensor1d([1]) };
    const { init, update } = adam({ learningRate: 1, beta1: 0 });
    const gradients = { w: tf.tensor1d([3]) };
    const { state } = update({ gradients, params, state: onBackend(init(params)) });
    gradients.w.dispose();
    expect(values((state.gradientSums as { w: tf.Tensor }).w)).toEqual([3]);
  });

  it('reaches the bottom of a bowl', () => {
    tf.tidy(() => {
      const { init, update } = adam({ learningRate: 0.05 });
      let params = { w: tf.tensor1d([3, -2]) as tf.Tensor };
      let state = onBackend(init(params));
      const scale = tf.tensor1d([1, 100]);
      for (let step = 0; step < 400; step++) {
        const gradients = { w: tf.mul(params.w, scale) };
        ({ params, state } = update({ gradients, params, state }));
      }
      expect(Math.max(...values(params.w).map(Math.abs))).toBeLessThan(0.01);
    });
  });
});

describe('passes over each parameter', () => {
  it.each([
    ['adam', adam({ learningRate: 1 }), 10],
    ['adam without momentum', adam({ learningRate: 1, beta1: 0 }), 9],
    ['adamW', adamW({ learningRate: 1 }), 11],
    ['rmsprop', rmsprop({ learningRate: 1 }), 8],
    ['rmsprop with momentum', rmsprop({ learningRate: 1, momentum: 0.9 }), 10],
    ['sgd', sgd({ learningRate: 1 }), 2],
    ['sgd with momentum', sgd({ learningRate: 1, momentum: 0.9 }), 4],
    ['sgd with Nesterov', sgd({ learningRate: 1, momentum: 0.9, nesterov: true }), 6],
  ])('%s', async (_, optimizer, passes) => {
    expect(await countPasses(optimizer)).toBe(passes);
  });
});

describe('clipWeights', () => {
  it('forces weights into the range and leaves the others alone', () => {
    tf.tidy(() => {
      const { w } = clipWeights({ w: tf.tensor1d([-2, -0.01, 0.005, 0.02]) }, 0.01);
      expect(values(w)).toEqual(values(tf.tensor1d([-0.01, -0.01, 0.005, 0.01])));
    });
  });

  it('refuses a limit of 0', () => {
    expect(() => clipWeights({}, 0)).toThrow('clipWeights: expected a limit above 0, received 0.');
  });
});

describe('clipGradientNorm', () => {
  it('measures all gradients together and keeps their direction', () => {
    tf.tidy(() => {
      const gradients = { a: tf.tensor1d([3]), b: tf.tensor1d([0, 4]) };
      const clipped = clipGradientNorm(gradients, 1);
      expect(values(clipped.norm)).toEqual([5]);
      expect(values(clipped.gradients.a)[0]).toBeCloseTo(0.6, 6);
      expect(values(clipped.gradients.b)[1]).toBeCloseTo(0.8, 6);
    });
  });

  it('stands zeros', () => {
    tf.tidy(() => {
      expect(values(clipGradientNorm({ a: tf.zeros([2]) }, 1).gradients.a)).toEqual([0, 0]);
    });
  });

  it('refuses a norm of 0', () => {
    expect(() => clipGradientNorm({}, 0)).toThrow(
      'clipGradientNorm: expected a maxNorm above 0, received 0.',
    );
  });
});

describe('what does not belong together', () => {
  const update = (optimizer: Optimizer, change: Record<string, unknown>) => () =>
    tf.tidy(() => {
      const params = { a: tf.ones([2]), b: tf.ones([3]) };
      const args = { gradients: params, params, state: onBackend(optimizer.init(params)) };
      optimizer.update({ ...args, ...change });
    });

  it.each([
    [
      adam({ learningRate: 1 }),
      { gradients: { a: tf.ones([2]), c: tf.ones([3]) } },
      'adam: expected the gradients to have a tensor for every parameter; missing: b; unknown: c.',
    ],
    [
      rmsprop({ learningRate: 1 }),
      { gradients: { a: tf.ones([2]), b: tf.ones([1]) } },
      'rmsprop: expected the gradients of "b" to have the parameter\'s shape [3], received [1].',
    ],
    [
      sgd({ learningRate: 1, momentum: 0.9 }),
      { state: { squareSums: {} } },
      'sgd: expected a state with "velocities", received one with squareSums. It was made by ' +
        'another optimizer: start from init, or choose the optimizer that made it.',
    ],
    [
      adam({ learningRate: 1 }),
      { state: {} },
      'adam: expected a state with "gradientSums", received one with nothing.',
    ],
  ])('%#: names it', (optimizer, change, message) => {
    expect(update(optimizer, change)).toThrow(message);
  });
});

describe('options out of range', () => {
  it.each([
    [() => adam({ learningRate: -1 }), 'adam: expected learningRate of at least 0, received -1.'],
    [
      () => adam({ learningRate: 1, beta1: 1 }),
      'adam: expected beta1 from 0 to below 1, received 1.',
    ],
    [
      () => adam({ learningRate: 1, beta2: NaN }),
      'adam: expected beta2 from 0 to below 1, received NaN.',
    ],
    [() => adam({ learningRate: 1, epsilon: 0 }), 'adam: expected epsilon above 0, received 0.'],
    [
      () => adamW({ learningRate: 1, weightDecay: -1 }),
      'adamW: expected weightDecay of at least 0, received -1.',
    ],
    [
      () => rmsprop({ learningRate: 1, decay: 1 }),
      'rmsprop: expected decay from 0 to below 1, received 1.',
    ],
    [
      () => sgd({ learningRate: 1, nesterov: true }),
      'sgd: expected a momentum above 0 for nesterov, received 0. 0.9 is usual.',
    ],
  ])('%#', (act, message) => {
    expect(act).toThrow(message);
  });
});
