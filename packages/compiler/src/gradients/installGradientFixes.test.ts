import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { useCpuBackend } from '../testing/index.ts';
import { installGradientFixes } from './index.ts';
import { removeGradientFixes } from './installGradientFixes.ts';
import { recomputeOutputs } from './recomputeOutputs.ts';
import { findGradient, kernelNames } from './registry.ts';

beforeAll(useCpuBackend);
afterEach(removeGradientFixes);

const customGradOf = () => Reflect.get(tf.engine(), 'customGrad') as unknown;
const snapshot = () => new Map(kernelNames().map((name) => [name, findGradient(name)]));
const slope = (fn: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => tf.grad(fn)(x);

/** Names of the kernels that run, in order, without the saved copies. */
async function kernelsOf(run: () => tf.Tensor): Promise<string[]> {
  const { kernels } = await tf.profile(() => tf.tidy(run));
  return kernels.map(({ name }) => name).filter((name) => name !== 'Identity');
}

describe('installGradientFixes', () => {
  it('changes nothing the second time and says nothing', () => {
    const warn = vi.spyOn(console, 'warn');
    installGradientFixes();
    const installed = snapshot();
    const customGrad = customGradOf();
    installGradientFixes();
    expect(snapshot()).toEqual(installed);
    expect(customGradOf()).toBe(customGrad);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('can be undone', () => {
    const before = snapshot();
    const customGrad = customGradOf();
    installGradientFixes();
    expect(snapshot().get('MirrorPad')).not.toBe(before.get('MirrorPad'));
    expect(customGradOf()).not.toBe(customGrad);
    removeGradientFixes();
    for (const [name, config] of snapshot()) expect(config, name).toBe(before.get(name));
    expect(customGradOf()).toBe(customGrad);
  });

  it('knows the inputs of every kernel that saves its output', () => {
    installGradientFixes();
    const saving = kernelNames().filter((name) => findGradient(name)?.outputsToSave?.some(Boolean));
    expect(saving).toContain('Tanh');
    for (const name of saving) expect(findGradient(name)?.inputsToSave, name).not.toEqual([]);
  });

  it('keeps no tensors after a second-order gradient', () => {
    installGradientFixes();
    const x = tf.tensor1d([0.5, -0.5]);
    const before = tf.memory().numTensors;
    slope((y) => tf.sum(slope((z) => tf.logSoftmax(tf.tanh(z)))(y)))(x).dispose();
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});

describe('the cost of first-order gradients', () => {
  it('runs a kernel whose output is saved once', async () => {
    installGradientFixes();
    const x = tf.tensor1d([0.5]);
    const first = await kernelsOf(() => slope(tf.tanh)(x));
    expect(first.filter((name) => name === 'Tanh')).toHaveLength(1);
    const second = await kernelsOf(() => slope((y) => tf.sum(slope(tf.tanh)(y)))(x));
    expect(second.filter((name) => name === 'Tanh')).toHaveLength(2);
    x.dispose();
  });

  it.each([
    ['relu', (x: tf.Tensor) => tf.relu(x)],
    ['sigmoid', (x: tf.Tensor) => tf.sigmoid(x)],
    ['softplus', (x: tf.Tensor) => tf.softplus(x)],
    ['sum', (x: tf.Tensor) => tf.sum(tf.mul(x, x), [1, 2])],
    ['conv2d', (x: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, tf.ones([3, 3, 2, 2]), 2, 'same')],
  ])('runs for %s the kernels that tfjs would', async (_name, fn) => {
    const x = tf.ones([1, 4, 4, 2]);
    const own = await kernelsOf(() => slope(fn)(x));
    installGradientFixes();
    expect(await kernelsOf(() => slope(fn)(x))).toEqual(own);
    x.dispose();
  });

  it('sums a broadcast value at once', async () => {
    const bias = tf.ones([1, 1, 1, 2]);
    const repeat = slope((x) => tf.broadcastTo(x, [2, 8, 8, 2]));
    const own = await kernelsOf(() => repeat(bias));
    expect(own.length).toBeGreaterThan(200);
    installGradientFixes();
    expect(await kernelsOf(() => repeat(bias))).toEqual(['Tile', 'Reshape', 'Sum', 'Reshape']);
    bias.dispose();
  });

  it('touches only the border rows of a reflection', async () => {
    installGradientFixes();
    const x = tf.ones([1, 8, 8, 1]);
    const pad = slope((y) =>
      tf.mirrorPad(
        y,
        [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        'reflect',
      ),
    );
    const kernels = await kernelsOf(() => pad(x));
    expect(kernels.filter((name) => name === 'Concat')).toHaveLength(2);
    expect(kernels).not.toContain('PadV2');
    x.dispose();
  });
});

describe('what cannot be differentiated', () => {
  const image = () => tf.ones<tf.Rank.R4>([1, 4, 4, 2]);

  it('refuses dilated convolutions', () => {
    installGradientFixes();
    const dilated = (x: tf.Tensor) =>
      tf.conv2d(x as tf.Tensor4D, tf.ones([3, 3, 2, 2]), 1, 'same', 'NHWC', 2);
    expect(() => tf.tidy(() => slope(dilated)(image()))).toThrow(
      'gradients: expected Conv2D with dilations 1, received 2: tfjs has no kernel for the ' +
        'gradient of a dilated convolution. Use a larger filter instead.',
    );
  });

  it('refuses kernels without a gradient by name', () => {
    installGradientFixes();
    const normalized = (x: tf.Tensor) => tf.localResponseNormalization(x as tf.Tensor4D);
    expect(() => tf.tidy(() => slope((x) => tf.square(slope(normalized)(x)))(image()))).toThrow(
      'gradients: LRNGrad has no gradient: nothing can be differentiated through ' +
        'tf.localResponseNormalization at second order. Express that part by other operations, or keep it out of what is ' +
        'differentiated.',
    );
  });

  it('refuses avgPool3d of padded windows, and no others', () => {
    installGradientFixes();
    const pool = (pad: 'same' | 'valid') => (x: tf.Tensor) =>
      tf.avgPool3d(x as tf.Tensor5D, 2, 2, pad);
    const gradient = (extent: number, pad: 'same' | 'valid') =>
      tf.tidy(() => slope(pool(pad))(tf.ones([1, extent, 2, 2, 1])).dataSync()[0]);
    expect(gradient(2, 'same')).toBeCloseTo(1 / 8);
    expect(() => gradient(3, 'same')).toThrow(
      'gradients: expected tf.avgPool3d without padding, received pad "same" for shape ' +
        "[1, 3, 2, 2, 1]: tfjs's gradient of padded windows is wrong. Use 'valid'.",
    );
  });

  it('refuses the second order of an unknown kernel that saves its output', () => {
    const kernelName = 'TwiceForThisTest';
    tf.registerKernel({
      kernelName,
      backendName: 'cpu',
      kernelFunc: ({ inputs, backend }) =>
        tf.getKernel('AddN', 'cpu').kernelFunc({
          inputs: [inputs['x'], inputs['x']] as never,
          backend,
        }),
    });
    const config: tf.GradConfig = {
      kernelName,
      outputsToSave: [true],
      gradFunc: (dy) => ({ x: () => tf.mul(2, dy as tf.Tensor) }),
    };
    tf.registerGradient(recomputeOutputs(config));
    const twice = (x: tf.Tensor) => tf.engine().runKernel<tf.Tensor>(kernelName, { x });
    expect(tf.tidy(() => slope(twice)(tf.scalar(3)).dataSync()[0])).toBe(2);
    const curvature = slope((x) => tf.mul(x, slope(twice)(x)));
    expect(() => tf.tidy(() => curvature(tf.scalar(3)))).toThrow(
      `gradients: ${kernelName} cannot be differentiated twice. Its registered gradient uses the ` +
        "kernel's saved output, which tfjs's tape loses; register one that saves only inputs.",
    );
    tf.unregisterGradient(kernelName);
    tf.unregisterKernel(kernelName, 'cpu');
  });
});
