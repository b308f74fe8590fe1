import { installGradientFixes } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  applyNetwork,
  avgPool,
  batchNorm,
  adaptiveInstanceNorm,
  conditionalInstanceNorm,
  conv2d,
  conv2dTranspose,
  dense,
  elu,
  embedding,
  flatten,
  globalAveragePool,
  globalSumPool,
  instanceNorm,
  layerNorm,
  leakyRelu,
  minibatchStdDev,
  outputShapeOf,
  pixelShuffle,
  reflectionPad,
  relu,
  selfAttention,
  sequential,
  sigmoid,
  spectralNorm,
  tanh,
  unflatten,
  upsampleBilinear,
  upsampleNearest,
  zeroPad,
  type Module,
  type Shape,
} from './index.ts';
import { expectClose, initialState, normals } from './testSupport.ts';

beforeAll(async () => {
  installGradientFixes();
  await tf.setBackend('cpu');
});

const run = (module: Module, x: tf.Tensor, training = true): tf.Tensor =>
  applyNetwork(module, initialState(module), [x], { training }).output;

const images: Shape = [2, 6, 8, 4];

const everyLayer: [string, Module, Shape][] = [
  ['conv2d', conv2d({ inChannels: 4, filters: 3, kernelSize: 3, strides: 2, padding: 1 }), images],
  [
    'conv2d same',
    conv2d({ inChannels: 4, filters: 3, kernelSize: 5, strides: 3, padding: 'same' }),
    images,
  ],
  [
    'conv2d asymmetric',
    conv2d({ inChannels: 4, filters: 3, kernelSize: 4, padding: [1, 0, 2, 1] }),
    images,
  ],
  [
    'conv2dTranspose',
    conv2dTranspose({ inChannels: 4, filters: 3, kernelSize: 4, strides: 2, padding: 1 }),
    images,
  ],
  [
    'conv2dTranspose same',
    conv2dTranspose({ inChannels: 4, filters: 3, kernelSize: 5, strides: 2, padding: 'same' }),
    images,
  ],
  ['dense', dense({ inUnits: 4, units: 3 }), [2, 4]],
  ['batchNorm', batchNorm({ channels: 4 }), images],
  ['instanceNorm', instanceNorm({ channels: 4 }), images],
  ['layerNorm flat', layerNorm({ channels: 4 }), [2, 4]],
  ['relu', relu(), [2, 3, 4]],
  ['tanh', tanh(), [5]],
  ['tanh scaled', tanh(1.2), [5]],
  ['sigmoid', sigmoid(), [5]],
  ['avgPool', avgPool({ size: 2 }), images],
  ['avgPool overlapping', avgPool({ size: 3, strides: 2, padding: 1 }), images],
  ['globalSumPool', globalSumPool(), images],
  ['globalAveragePool', globalAveragePool(), images],
  ['zeroPad', zeroPad([1, 2, 3, 4]), images],
  ['reflectionPad', reflectionPad(3), images],
  ['upsampleNearest', upsampleNearest(), images],
  ['upsampleBilinear', upsampleBilinear(), images],
  ['pixelShuffle', pixelShuffle(), images],
  ['flatten', flatten(), images],
  ['unflatten', unflatten({ height: 2, width: 3, channels: 4 }), [2, 24]],
  ['minibatchStdDev', minibatchStdDev(), images],
  ['selfAttention', selfAttention({ channels: 4, reduction: 2, spectral: true }), images],
  ['spectralNorm', spectralNorm(dense({ inUnits: 4, units: 3 })), [2, 4]],
];

describe('every layer', () => {
  it.each(everyLayer)('%s: outputShape is the shape that apply returns', (_name, layer, shape) => {
    tf.tidy(() => {
      expect(run(layer, normals(shape)).shape).toEqual(outputShapeOf(layer, shape));
    });
  });

  const refusals: [string, () => unknown, string][] = [
    [
      'conv2d channels',
      () => outputShapeOf(conv2d({ inChannels: 3, filters: 1, kernelSize: 1 }), images),
      'conv2d: expected an input of shape [N, H, W, 3], received [2, 6, 8, 4].',
    ],
    [
      'conv2d setting',
      () => conv2d({ inChannels: 3, filters: 0, kernelSize: 1 }),
      'conv2d: expected filters to be a whole number of at least 1, received 0.',
    ],
    [
      'conv2d padding',
      () => conv2d({ inChannels: 3, filters: 1, kernelSize: 1, padding: -1 }),
      'conv2d: expected padding to be a whole number of at least 0, or four of them ' +
        '[top, bottom, left, right], received -1.',
    ],
    [
      'conv2dTranspose output padding',
      () =>
        conv2dTranspose({ inChannels: 3, filters: 1, kernelSize: 3, strides: 2, outputPadding: 2 }),
      'conv2dTranspose: expected outputPadding of at most 1 (below strides; 0 with padding ' +
        "'same'), received 2.",
    ],
    [
      'batchNorm of one value',
      () => run(batchNorm({ channels: 4 }), normals([1, 1, 1, 4])),
      'batchNorm: expected more than one value per channel in training, received [1, 1, 1, 4]. ' +
        'Use a larger batch, larger images or another norm.',
    ],
    [
      'frozen batchNorm without statistics',
      () => batchNorm({ channels: 4, frozen: true, trackStatistics: false }),
      'batchNorm: expected trackStatistics with frozen, received trackStatistics: false. ' +
        'A frozen batch norm needs running statistics to use.',
    ],
    [
      'layerNorm rank',
      () => outputShapeOf(layerNorm({ channels: 4 }), [2, 3, 4]),
      'layerNorm: expected an input of shape [N, H, W, 4] or [N, 4], received [2, 3, 4].',
    ],
    [
      'conditionalInstanceNorm labels',
      () => outputShapeOf(conditionalInstanceNorm({ channels: 4, conditions: 3 }), images, [3]),
      'conditionalInstanceNorm labels: expected an input of shape [2], received [3].',
    ],
    [
      'adaptiveInstanceNorm styles',
      () => outputShapeOf(adaptiveInstanceNorm({ channels: 4, styleUnits: 3 }), images, [2, 5]),
      'adaptiveInstanceNorm styles: expected an input of shape [2, 3], received [2, 5].',
    ],
    [
      'embedding',
      () => outputShapeOf(embedding({ rows: 4, units: 3 }), [2, 1]),
      'embedding: expected an input of shape [N], received [2, 1].',
    ],
    [
      'avgPool',
      () => outputShapeOf(avgPool({ size: 8 }), images),
      'avgPool: expected an image of at least 8 pixels a side, received [2, 6, 8, 4]. ' +
        'Use larger images.',
    ],
    [
      'reflectionPad',
      () => outputShapeOf(reflectionPad(6), images),
      'reflectionPad: expected an image larger than the margins [6, 6, 6, 6], ' +
        'received [2, 6, 8, 4]. Use larger images.',
    ],
    [
      'pixelShuffle',
      () => outputShapeOf(pixelShuffle(3), images),
      'pixelShuffle: expected channels that are a multiple of 9, received [2, 6, 8, 4].',
    ],
    [
      'minibatchStdDev',
      () => outputShapeOf(minibatchStdDev(4), [6, 2, 2, 3]),
      'minibatchStdDev: expected a batch that is a multiple of the group of 4, ' +
        'received [6, 2, 2, 3].',
    ],
    [
      'selfAttention',
      () => selfAttention({ channels: 12 }),
      'selfAttention: expected channels that are a multiple of 8, received 12.',
    ],
    [
      'spectralNorm',
      () => spectralNorm(batchNorm({ channels: 2, affine: false })),
      'spectralNorm: expected a layer with a parameter "weight", received running_mean, ' +
        'running_var. Wrap single layers, not blocks.',
    ],
  ];

  it.each(refusals)('%s: refusal', (_name, attempt, message) => {
    expect(attempt).toThrow(message);
  });
});

describe('batchNorm', () => {
  const x = () => tf.add(tf.mul(normals([4, 3, 3, 2]), 3), 5);

  it('frozen uses and keeps the running statistics in training', () => {
    const frozen = batchNorm({ channels: 2, frozen: true });
    const state = initialState(frozen);
    const { output, buffers } = applyNetwork(frozen, state, [x()], { training: true });
    expect(buffers).toEqual(state.buffers);
    const expected = applyNetwork(batchNorm({ channels: 2 }), state, [x()], { training: false });
    expectClose(output, expected.output, 'frozen');
  });

  it('without statistics uses the batch in inference mode too', () => {
    const untracked = batchNorm({ channels: 2, trackStatistics: false, affine: false });
    expect(untracked.parameters).toEqual({});
    expectClose(run(untracked, x(), false), run(untracked, x(), true), 'untracked');
    expect(Math.abs(tf.mean(run(untracked, x(), false)).dataSync()[0]!)).toBeLessThan(1e-5);
  });

  it('takes the given share of the batch into its statistics', () => {
    const layer = batchNorm({ channels: 2, momentum: 0.25 });
    const { buffers } = applyNetwork(layer, initialState(layer), [x()], { training: true });
    const expected = tf.mul(tf.mean(x(), [0, 1, 2]), 0.25);
    expectClose(buffers['running_mean']!, expected, 'running mean');
  });
});

describe('spectralNorm', () => {
  it('finds the largest singular value', () => {
    const layer = spectralNorm(dense({ inUnits: 3, units: 3, bias: false }), { iterations: 50 });
    const state = initialState(layer);
    state.params['weight_orig'] = tf.tensor2d([
      [0, 5, 0],
      [2, 0, 0],
      [0, 0, 1],
    ]);
    const { output } = applyNetwork(layer, state, [tf.eye(3)], { training: true });
    const expected = tf.tensor2d([
      [0, 0.4, 0],
      [1, 0, 0],
      [0, 0, 0.2],
    ]);
    expectClose(output, expected, 'normalised weight');
  });
});

describe('second order: the gradient of a gradient penalty', () => {
  const criticOf = (activation: Module): Module =>
    sequential([
      conv2d({ inChannels: 2, filters: 4, kernelSize: 3, padding: 1 }),
      layerNorm({ channels: 4 }),
      activation,
      avgPool({ size: 2 }),
      upsampleNearest(),
      reflectionPad(1),
      spectralNorm(conv2d({ inChannels: 4, filters: 3, kernelSize: 3 })),
      activation,
      minibatchStdDev(2),
      flatten(),
      dense({ inUnits: 64, units: 1 }),
    ]);

  it.each([
    ['leakyRelu', leakyRelu()],
    ['elu', elu()],
  ])('agrees with finite differences through %s', (_name, activation) => {
    const critic = criticOf(activation);
    const state = initialState(critic);
    const x = normals([2, 4, 4, 2], 'images');
    const penalty = (kernel: tf.Tensor): tf.Scalar => {
      const params = { ...state.params, '0.weight': kernel };
      const score = (images: tf.Tensor): tf.Scalar =>
        tf.sum(applyNetwork(critic, { ...state, params }, [images], { training: true }).output);
      const slopes = tf.sqrt(tf.sum(tf.square(tf.grad(score)(x)), [1, 2, 3]));
      return tf.mean(tf.square(tf.sub(slopes, 1)));
    };
    tf.tidy(() => {
      const kernel = state.params['0.weight']!;
      const direction = normals(kernel.shape, 'direction');
      // Small, because no unit may pass the kink of leakyRelu on the way.
      const step = 1e-4;
      const at = (amount: number): number =>
        penalty(tf.add(kernel, tf.mul(direction, amount))).dataSync()[0]!;
      const difference = (at(step) - at(-step)) / (2 * step);
      const gradient = tf.sum(tf.mul(tf.grad(penalty)(kernel), direction)).dataSync()[0]!;
      expect(Math.abs(difference)).toBeGreaterThan(0.01);
      expect(Math.abs(gradient / difference - 1)).toBeLessThan(0.02);
    });
  });
});
