import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { hostTensor } from '../hostTensor.ts';
import { buildStepProgram } from '../program.ts';
import type { TrainStep } from '../trainStep.ts';
import { explainProgram } from './explainProgram.ts';
import { formatExplanation, formatProfile, scaled } from './format.ts';
import { parseProfile } from './parseProfile.ts';
import { profileStep } from './profileStep.ts';

interface State {
  readonly model: { readonly weights: tf.Tensor2D };
  readonly unread: tf.Tensor;
}

interface Batch {
  readonly x: tf.Tensor2D;
}

/** One step of gradient descent on the mean square of a product. */
const step: TrainStep<State, Batch> = ({ model, unread }, { x }) => {
  const loss = (weights: tf.Tensor2D): tf.Scalar => tf.mean(tf.square(tf.matMul(x, weights)));
  const { value, grad } = tf.valueAndGrad(loss)(model.weights);
  return {
    state: { model: { weights: tf.sub(model.weights, tf.mul(0.1, grad)) }, unread },
    metrics: { loss: value },
    images: {},
  };
};

const state = { model: { weights: hostTensor([12, 4]) }, unread: hostTensor([7]) };
const batch = { x: hostTensor([16, 12]) };

describe('explainProgram', () => {
  const explanation = explainProgram(buildStepProgram(step, state, batch));

  it('counts nodes after each stage', () => {
    const { captured, lowered, rewritten } = explanation.nodes;
    expect(captured).toBeGreaterThan(5);
    expect(lowered).toBeGreaterThanOrEqual(rewritten);
    expect(explanation.operators.reduce((sum, { nodes }) => sum + nodes, 0)).toBe(rewritten);
  });

  it('counts the product and its gradient by their formula', () => {
    const products = explanation.operators.filter(({ kind }) => kind === 'matrix product');
    expect(products.reduce((sum, { nodes }) => sum + nodes, 0)).toBe(2);
    // Forward: 16·4 results of 12 products. Gradient of the weights: 12·4 results of 16 products.
    expect(products.reduce((sum, { flops }) => sum + flops, 0)).toBe(2 * 64 * 12 + 2 * 48 * 16);
    expect(explanation.uncounted).toEqual([]);
    expect(explanation.flops).toBe(
      explanation.operators.reduce((sum, { flops }) => sum + flops, 0),
    );
  });

  it('tells the state, with what the step does not read, from the batch', () => {
    expect(explanation.stateParts).toEqual([
      { name: 'model', tensors: 1, elements: 48, bytes: 192 },
      { name: 'unread', tensors: 1, elements: 7, bytes: 28 },
    ]);
    const { memory } = explanation;
    expect(memory).toMatchObject({ state: 220, batch: 768, nextState: 192, results: 4 });
    expect(memory.activations).toBeGreaterThan(memory.nextState + memory.results);
    expect(memory.peak).toBe(memory.state + memory.batch + memory.constants + memory.activations);
  });

  it('prints as tables', () => {
    const text = formatExplanation(explanation);
    expect(text).toMatch(/^Nodes: \d+ captured kernels → \d+ ONNX nodes → \d+ after rewriting\n/);
    expect(text).toMatch(/^operator +kind +nodes +operations +share$/m);
    expect(text).toMatch(/^(MatMul|Gemm) +matrix product +2 +3\.07 k +\d+\.\d%$/m);
    expect(text).toMatch(/^model +1 +48 +192 B$/m);
    expect(text).toMatch(/^state +220 B +stays between steps$/m);
    expect(text).toMatch(/^estimated peak +\d\.\d\d kB +and ONNX Runtime's arena and workspaces$/m);
  });

  it('says which operators it has no formula for', () => {
    expect(formatExplanation({ ...explanation, uncounted: ['Einsum', 'FFT'] })).toContain(
      '\nWithout a formula, counted as none: Einsum, FFT\n',
    );
  });
});

describe('profileStep', () => {
  it('reads where the time of a real step goes', async () => {
    const profile = await profileStep({ step, state, batch, steps: 2, runtime: { threads: 1 } });
    expect(profile).toMatchObject({ steps: 2, backend: 'onnx-cpu', threads: 1 });
    const { kernelMilliseconds, runMilliseconds, outsideShare, operators, nodes } = profile;
    expect(kernelMilliseconds).toBeGreaterThan(0);
    expect(runMilliseconds).toBeGreaterThanOrEqual(kernelMilliseconds);
    expect(outsideShare).toBeCloseTo(1 - kernelMilliseconds / runMilliseconds);
    expect(operators.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    // Its gradient reads 16×12 too, and may be the slower one, which comes first.
    const forward = nodes.find(({ inputShapes }) => inputShapes.join() === '16×12,12×4');
    expect(forward).toMatchObject({
      ...{ calls: 1, inputShapes: ['16×12', '12×4'], outputShapes: ['16×4'], flops: 2 * 64 * 12 },
    });
    expect(profile.arenaPeak).toBeGreaterThan(0);
    expect(profile.peakResidentMemory).toBeGreaterThan(10_000_000);
    const text = formatProfile(profile, { nodes: 1 });
    expect(text).toMatch(
      /^Measured over 2 steps on onnx-cpu, 1 thread: [\d.]+ ms a step, [\d.]+ ms of it in /,
    );
    expect(text).toMatch(/^operator +calls +ms +share$/m);
    expect(text).toMatch(/^slowest nodes +kernel +shapes +ms +share +operations\/s\n.+$/m);
    expect(text.split('\n').at(-1)).toContain(nodes[0]!.name);
  });

  it('refuses an eager backend', async () => {
    await expect(
      profileStep({ step, state, batch, runtime: { backend: 'tfjs-cpu' } }),
    ).rejects.toThrow(
      'profile: expected a backend of ONNX Runtime, received tfjs-cpu. Use --backend onnx-cpu.',
    );
  });
});

describe('parseProfile', () => {
  const session = (ts: number, dur: number) => ({ cat: 'Session', name: 'model_run', ts, dur });
  const kernel = (name: string, op: string, ts: number, dur: number) => ({
    ...{ cat: 'Node', name: `${name}_kernel_time`, ts, dur },
    args: { op_name: op, output_type_shape: [{ float: [2, 3] }, { int64: [] }] },
  });
  const noGraph = { inputs: [], outputs: [], nodes: [] };
  const text = JSON.stringify([
    kernel('Add_0', 'Add', 10, 7000),
    session(0, 9000),
    kernel('Add_0', 'Add', 10_010, 1000),
    kernel('Mul_1', 'Mul', 10_020, 3000),
    session(10_000, 5000),
    kernel('Add_0', 'Add', 20_010, 2000),
    kernel('Mul_1', 'Mul', 20_020, 4000),
    session(20_000, 7000),
  ]);

  it('leaves warm-up runs out and gives means per run', () => {
    const times = parseProfile(text, noGraph, 1);
    expect(times).toMatchObject({
      steps: 2,
      runMilliseconds: 6,
      kernelMilliseconds: 5,
      arenaPeak: undefined,
    });
    expect(times.outsideShare).toBeCloseTo(1 / 6);
    expect(times.operators).toEqual([
      { op: 'Mul', calls: 1, milliseconds: 3.5, share: 0.7 },
      { op: 'Add', calls: 1, milliseconds: 1.5, share: 0.3 },
    ]);
  });

  it("takes shapes of nodes that are not the graph's from the profile", () => {
    expect(parseProfile(text, noGraph, 1).nodes[0]).toMatchObject({
      name: 'Mul_1',
      inputShapes: [],
      outputShapes: ['2×3', 'scalar'],
      flops: undefined,
    });
  });

  it('refuses a profile without runs after the warm-up', () => {
    expect(() => parseProfile(text, noGraph, 3)).toThrow(
      'profile: expected more than 3 runs, found none after them. Run more steps, or fewer for warming up.',
    );
  });
});

describe('scaled', () => {
  it.each([
    [0, '', '0'],
    [999, 'B', '999 B'],
    [999.6, 'B', '1.00 kB'],
    [1234, '', '1.23 k'],
    [24_000_000, 'B', '24.0 MB'],
    [1.5e9, '', '1.50 G'],
  ])('writes %d %s as %s', (value, unit, expected) => {
    expect(scaled(value, unit)).toBe(expected);
  });
});
