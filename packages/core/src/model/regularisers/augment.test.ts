import {
  hostTensor,
  hostTensorInt,
  installGradientFixes,
  type HostTensor,
} from '@gan-zoo/compiler';
import {
  checkGradients,
  compareCompiled,
  sampleTensor,
  useCpuBackend,
} from '@gan-zoo/compiler/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { augment, type AugmentInputs } from './augment.ts';
import { drawAugment, type ImageShape } from './drawAugment.ts';
import { createRandom } from '../random/index.ts';

beforeAll(async () => {
  installGradientFixes();
  await useCpuBackend();
});

const shape: ImageShape = [2, 6, 8, 3];
const images = sampleTensor(shape, { low: -1, high: 1 });
const drawn = drawAugment({
  kinds: ['color', 'translation', 'cutout'],
  random: createRandom(4),
  stream: 'test',
  step: 3,
  shape,
});

const toTensor = ({ data, shape: extents, dtype }: HostTensor): tf.Tensor =>
  tf.tensor(data, [...extents], dtype);

/** The inputs as a list, and what rebuilds them from tensors. */
function unpacked({ color, translation, cutout }: AugmentInputs<HostTensor>) {
  const leaves = [
    ...(color === undefined ? [] : [color.picture, color.gray, color.mean, color.shift]),
    ...(translation === undefined ? [] : [translation.rows, translation.columns]),
    ...(cutout === undefined ? [] : [cutout.rows, cutout.columns]),
  ];
  const rebuild = (tensors: tf.Tensor[]): AugmentInputs => {
    const rest = [...tensors];
    const next = (): tf.Tensor => rest.shift()!;
    return {
      ...(color && { color: { picture: next(), gray: next(), mean: next(), shift: next() } }),
      ...(translation && { translation: { rows: next(), columns: next() } }),
      ...(cutout && { cutout: { rows: next(), columns: next() } }),
    };
  };
  return { leaves, rebuild };
}

function apply(inputs: AugmentInputs<HostTensor>, pictures: HostTensor): number[] {
  const { leaves, rebuild } = unpacked(inputs);
  return tf.tidy(() => [...augment(toTensor(pictures), rebuild(leaves.map(toTensor))).dataSync()]);
}

const scalars = (...values: number[]): HostTensor => hostTensor([values.length, 1, 1, 1], values);

/** The coefficients of a brightness, a saturation and a contrast. */
const colorOf = (b: number, s: number, c: number) => ({
  picture: scalars(c * s),
  gray: scalars(c * (1 - s)),
  mean: scalars(1 - c),
  shift: scalars(b),
});

/** The published steps one after the other, on one picture of pixels of channels. */
function publishedColors(pixels: number[][], b: number, s: number, c: number): number[] {
  const meanOf = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const brighter = pixels.map((pixel) => pixel.map((value) => value + b));
  const saturated = brighter.map((pixel) =>
    pixel.map((v) => (v - meanOf(pixel)) * s + meanOf(pixel)),
  );
  const mean = meanOf(saturated.flat());
  return saturated.flat().map((value) => (value - mean) * c + mean);
}

const expectClose = (received: number[], expected: number[]): void => {
  expect(received).toHaveLength(expected.length);
  received.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
};

describe('augment: color', () => {
  const pixels = [
    [0.5, -0.25, 1],
    [-1, -1, -0.5],
  ];
  const picture = hostTensor([1, 1, 2, 3], pixels.flat());

  it.each([
    [0.3, 1, 1],
    [0, 0, 1],
    [0, 1.7, 1],
    [0, 1, 0.5],
    [-0.4, 0.6, 1.4],
  ])('brightness %d, saturation %d, contrast %d: as published', (b, s, c) => {
    expectClose(apply({ color: colorOf(b, s, c) }, picture), publishedColors(pixels, b, s, c));
  });

  it('takes each picture by itself', () => {
    const pair = hostTensor([2, 1, 1, 1], [0.5, -0.5]);
    const color = {
      picture: scalars(1, 2),
      gray: scalars(0, 0),
      mean: scalars(0, -1),
      shift: scalars(0.25, 0),
    };
    expectClose(apply({ color }, pair), [0.75, -0.5]);
  });
});

describe('augment: translation', () => {
  it('takes rows and columns from where the inputs say, zeros from outside', () => {
    const picture = hostTensor([1, 2, 3, 1], [1, 2, 3, 4, 5, 6]);
    const translation = {
      rows: hostTensorInt([1, 2], [1, -1]),
      columns: hostTensorInt([1, 3], [-1, 0, 1]),
    };
    expect(apply({ translation }, picture)).toEqual([0, 4, 5, 0, 0, 0]);
  });

  it('keeps channels and pictures apart', () => {
    const pair = hostTensor(
      [2, 2, 2, 2],
      Array.from({ length: 16 }, (_, i) => i + 1),
    );
    const translation = {
      rows: hostTensorInt([2, 2], [0, 1, -1, 0]),
      columns: hostTensorInt([2, 2], [1, -1, 0, 1]),
    };
    const first = [3, 4, 0, 0, 7, 8, 0, 0];
    const second = [0, 0, 0, 0, 9, 10, 11, 12];
    expect(apply({ translation }, pair)).toEqual([...first, ...second]);
  });
});

describe('augment: cutout', () => {
  it('makes the rectangle 0 and nothing else', () => {
    const cutout = {
      rows: hostTensor([1, 2, 1, 1], [0, 1]),
      columns: hostTensor([1, 1, 3, 1], [1, 1, 0]),
    };
    const picture = hostTensor([1, 2, 3, 1], [1, 2, 3, 4, 5, 6]);
    expect(apply({ cutout }, picture)).toEqual([1, 2, 3, 0, 0, 6]);
  });
});

describe('augment', () => {
  it('makes its changes in the published order', () => {
    const everything = apply(drawn, images);
    const { color, translation, cutout } = drawn;
    const step = (inputs: AugmentInputs<HostTensor>, pictures: HostTensor): HostTensor =>
      hostTensor(shape, apply(inputs, pictures));
    const inOrder = step({ cutout }, step({ translation }, step({ color }, images)));
    expectClose(everything, [...inOrder.data]);
    // A colour after a cutout would fill the hole.
    const otherwise = step({ color }, step({ translation }, step({ cutout }, images)));
    expect(everything).not.toEqual([...otherwise.data]);
  });

  it('returns the very pictures when there is nothing to do', () => {
    tf.tidy(() => {
      const pictures = tf.ones([1, 2, 2, 3]);
      expect(augment(pictures, {})).toBe(pictures);
    });
  });

  it.each(['color', 'translation', 'cutout'] as const)('%s: right gradients', (kind) => {
    const { leaves, rebuild } = unpacked({ [kind]: drawn[kind] });
    const fn = (x: tf.Tensor): tf.Tensor => augment(x, rebuild(leaves.map(toTensor)));
    for (const order of [1, 2] as const) {
      const report = checkGradients({ name: kind, fn, inputs: [images], order });
      expect(Math.max(...report.received.map(Math.abs))).toBeGreaterThan(0.1);
    }
  });

  it('computes compiled what it does eagerly, gradients included', async () => {
    const { leaves, rebuild } = unpacked(drawn);
    const report = await compareCompiled({
      name: 'augment',
      fn: (x, ...inputs) => augment(x, rebuild(inputs)),
      inputs: [images, ...leaves],
      order: 1,
    });
    // Translations without gathers, whose gradients scatter.
    expect(report.kernels.has('BatchMatMul')).toBe(true);
    expect(report.kernels.has('GatherV2')).toBe(false);
  });
});
