import { describe, expect, it } from 'vitest';
import { createRandom } from '../random/index.ts';
import {
  constant,
  fansOf,
  kaimingNormal,
  kaimingUniform,
  normal,
  ones,
  orthogonal,
  torchDefaultBias,
  torchDefaultKernel,
  truncatedNormal,
  uniform,
  unitNormal,
  xavierNormal,
  xavierUniform,
  zeros,
} from './initializers.ts';
import type { Initializer, Shape } from './module.ts';

/** Shape [64, 32, 5, 5]: fanIn 800, fanOut 1600, 51,200 values. */
const KERNEL: Shape = [64, 32, 5, 5];

const draw = (initialise: Initializer, shape: Shape = KERNEL): Float32Array =>
  initialise(shape, createRandom(1).stream('test').at(0));

function describeValues(values: Float32Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { mean, deviation: Math.sqrt(variance), largest };
}

/** A uniform distribution over ±bound has the deviation bound / √3. */
const uniformOf = (bound: number) => ({ deviation: bound / Math.sqrt(3), largest: bound });

describe('initialisers', () => {
  it('count fans as PyTorch does, in torch layout', () => {
    expect(fansOf(KERNEL)).toEqual({ fanIn: 800, fanOut: 1600 });
    expect(fansOf([10, 20])).toEqual({ fanIn: 20, fanOut: 10 });
    expect(() => fansOf([10])).toThrow(
      'fansOf: expected a kernel of at least two axes, received shape [10]. ' +
        'Biases and scales have no fans: initialise them with zeros(), ones() or constant().',
    );
  });

  it('fill constants', () => {
    expect([...draw(zeros(), [2])]).toEqual([0, 0]);
    expect([...draw(ones(), [2])]).toEqual([1, 1]);
    expect([...draw(constant(3), [1, 2])]).toEqual([3, 3]);
  });

  const bounded: [string, Initializer, { deviation: number; largest: number }][] = [
    ['uniform', uniform(-2, 2), uniformOf(2)],
    ['xavierUniform', xavierUniform(2), uniformOf(2 * Math.sqrt(6 / 2400))],
    ['kaimingUniform', kaimingUniform(), uniformOf(Math.sqrt(6 / 800))],
    ['kaimingUniform fanOut', kaimingUniform({ mode: 'fanOut' }), uniformOf(Math.sqrt(6 / 1600))],
    ['torchDefaultKernel', torchDefaultKernel(), uniformOf(1 / Math.sqrt(800))],
    ['torchDefaultBias', torchDefaultBias([2, 3, 2, 2]), uniformOf(1 / Math.sqrt(12))],
    ['truncatedNormal', truncatedNormal(0, 0.5), { deviation: 0.5 * 0.8796, largest: 1 }],
  ];

  it.each(bounded)('%s has its deviation and bound', (_name, initialise, expected) => {
    const { mean, deviation, largest } = describeValues(draw(initialise));
    expect(Math.abs(mean)).toBeLessThan(0.02 * expected.largest);
    expect(deviation / expected.deviation).toBeCloseTo(1, 1.5);
    expect(largest).toBeLessThanOrEqual(expected.largest * (1 + 1e-6));
    expect(largest).toBeGreaterThan(0.99 * expected.largest);
  });

  const gaussian: [string, Initializer, number, number][] = [
    ['normal', normal(1, 0.02), 1, 0.02],
    ['xavierNormal', xavierNormal(0.02), 0, 0.02 * Math.sqrt(2 / 2400)],
    ['kaimingNormal', kaimingNormal({ slope: 0.2 }), 0, Math.sqrt(2 / 1.04 / 800)],
  ];

  it.each(gaussian)('%s has its mean and deviation', (_name, initialise, mean, deviation) => {
    const values = describeValues(draw(initialise));
    expect(Math.abs(values.mean - mean)).toBeLessThan(0.03 * deviation);
    expect(values.deviation / deviation).toBeCloseTo(1, 1.5);
    expect(values.largest).toBeGreaterThan(mean + 3 * deviation);
  });

  it.each([
    ['wide', [4, 3, 2, 2]],
    ['tall', [12, 5]],
  ])('orthogonal gives orthonormal vectors: %s', (_name, shape) => {
    const values = draw(orthogonal(2), shape);
    const rows = shape[0]!;
    const columns = values.length / rows;
    const at = (row: number, column: number): number => values[row * columns + column]!;
    const count = Math.min(rows, columns);
    const length = Math.max(rows, columns);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        let dot = 0;
        for (let k = 0; k < length; k++) {
          dot += rows <= columns ? at(a, k) * at(b, k) : at(k, a) * at(k, b);
        }
        expect(dot).toBeCloseTo(a === b ? 4 : 0, 5);
      }
    }
  });

  it('unitNormal has length 1', () => {
    expect(Math.hypot(...draw(unitNormal(), [50]))).toBeCloseTo(1, 6);
  });
});
