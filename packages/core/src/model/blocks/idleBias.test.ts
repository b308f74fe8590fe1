import { installGradientFixes } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { valueAndGradients } from '../gradients/index.ts';
import { applyNetwork, conv2d, sequential } from '../layers/index.ts';
import { initialState, normals } from '../layers/testSupport.ts';
import { gradientPenalty } from '../losses/index.ts';
import { convBeforeNorm, idleBias, normLayer, type NormKind } from './index.ts';

const conv = (bias: boolean) => conv2d({ inChannels: 2, filters: 3, kernelSize: 3, bias });
const network = sequential([
  idleBias(conv(false), 3),
  normLayer('instance', 3),
  conv2d({ inChannels: 3, filters: 1, kernelSize: 1 }),
]);

beforeAll(async () => {
  installGradientFixes();
  await tf.setBackend('cpu');
});

describe('idleBias', () => {
  it('has the parameters of a convolution with a bias', () => {
    const own = idleBias(conv(false), 3).parameters;
    const expected = conv(true).parameters;
    expect(Object.keys(own)).toEqual(Object.keys(expected));
    expect(own['bias']).toMatchObject({ shape: [3], kind: 'parameter', role: 'bias' });
  });

  it('computes what a true bias before the norm computes', () => {
    const truly = sequential([
      conv(true),
      normLayer('instance', 3),
      conv2d({ inChannels: 3, filters: 1, kernelSize: 1 }),
    ]);
    const state = initialState(truly);
    const image = normals([2, 5, 5, 2]);
    const [a, b] = [network, truly].map((each) =>
      applyNetwork(each, state, [image], { training: true }).output.dataSync(),
    );
    const distances = Array.from(a!, (value, i) => Math.abs(value - b![i]!));
    expect(Math.max(...distances)).toBeLessThan(1e-5);
  });

  it('has a gradient of exactly 0, also within a gradient penalty', () => {
    const state = initialState(network);
    const [realImages, fakeImages] = [normals([2, 5, 5, 2], 'real'), normals([2, 5, 5, 2], 'fake')];
    const { gradients } = valueAndGradients((params) => {
      const critic = (images: tf.Tensor): tf.Tensor =>
        tf.square(applyNetwork(network, { ...state, params }, [images], { training: true }).output);
      const alpha = tf.fill([2, 1, 1, 1], 0.5);
      const penalty = gradientPenalty({ critic, realImages, fakeImages, alpha });
      return { loss: tf.add(penalty, tf.mean(critic(realImages))) };
    }, state.params);
    expect(Array.from(gradients['0.bias']!.dataSync())).toEqual([0, 0, 0]);
    expect(gradients['0.weight']!.abs().max().dataSync()[0]).toBeGreaterThan(0);
  });
});

it.each<[NormKind, boolean]>([
  ['batch', false],
  ['layer', false],
  ['instance', true],
  ['none', true],
])('convBeforeNorm: %s, bias %s', (kind, hasBias) => {
  const { parameters } = convBeforeNorm(kind, 3, ({ bias }) => conv(bias));
  expect('bias' in parameters).toBe(hasBias);
});
