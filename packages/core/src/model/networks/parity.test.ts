import { installGradientFixes } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, it } from 'vitest';
import {
  applyNetwork,
  avgPool,
  batchNorm,
  conv2d,
  conv2dTranspose,
  dense,
  elu,
  embedding,
  flatten,
  instanceNorm,
  layerNorm,
  leakyRelu,
  minibatchStdDev,
  pixelShuffle,
  reflectionPad,
  selfAttention,
  sequential,
  silu,
  softplus,
  spectralNorm,
  unflatten,
  upsampleBilinear,
  upsampleNearest,
  zeroPad,
  type Module,
} from '../layers/index.ts';
import {
  expectClose,
  loadFixture,
  stateOf,
  toTensor,
  unpack,
  unpackActivation,
  type TorchCase,
} from '../layers/testSupport.ts';
import {
  patchDiscriminator,
  pixelDiscriminator,
  residualDiscriminator,
  residualGenerator,
  resnetGenerator,
  unetGenerator,
} from './index.ts';

const up = { strides: 2, padding: 1 };

const layers: Record<string, Module> = {
  conv: conv2d({ inChannels: 3, filters: 4, kernelSize: 3, ...up }),
  convAsymmetric: sequential([
    zeroPad(0),
    conv2d({ inChannels: 3, filters: 2, kernelSize: 4, padding: [2, 0, 1, 0], bias: false }),
  ]),
  convTransposed: conv2dTranspose({
    inChannels: 3,
    filters: 4,
    kernelSize: 4,
    ...up,
    bias: false,
  }),
  convTransposedOutputPadding: conv2dTranspose({
    inChannels: 3,
    filters: 4,
    kernelSize: 3,
    ...up,
    outputPadding: 1,
  }),
  convTransposedStride3: conv2dTranspose({
    inChannels: 3,
    filters: 2,
    kernelSize: 5,
    strides: 3,
    padding: 1,
  }),
  convTransposedFromPixel: conv2dTranspose({ inChannels: 5, filters: 3, kernelSize: 4 }),
  dense: sequential([flatten(), dense({ inUnits: 24, units: 5 })]),
  unflatten: sequential([
    dense({ inUnits: 4, units: 24 }),
    unflatten({ height: 2, width: 2, channels: 6 }),
  ]),
  batchNorm: batchNorm({ channels: 3 }),
  batchNormFlat: batchNorm({ channels: 4 }),
  instanceNorm: instanceNorm({ channels: 3 }),
  instanceNormAffine: instanceNorm({ channels: 3, affine: true }),
  layerNorm: layerNorm({ channels: 3 }),
  embedding: embedding({ rows: 5, units: 3 }),
  pixelShuffle: pixelShuffle(2),
  upsampleNearest: upsampleNearest(3),
  upsampleBilinear: upsampleBilinear(),
  reflectionPad: reflectionPad([3, 0, 1, 2]),
  avgPool: avgPool({ size: 2 }),
  avgPoolOverlapping: avgPool({ size: 3, strides: 2, padding: 1 }),
  leakyRelu: leakyRelu(),
  elu: elu(),
  silu: silu(),
  softplus: softplus(),
  convSame: sequential([
    zeroPad(0),
    conv2d({ inChannels: 3, filters: 2, kernelSize: 5, strides: 2, padding: 'same' }),
  ]),
  convTransposedSame: sequential([
    conv2dTranspose({ inChannels: 3, filters: 2, kernelSize: 5, strides: 2, padding: 'same' }),
  ]),
  selfAttention: selfAttention({ channels: 4, reduction: 2 }),
  minibatchStdDev: minibatchStdDev(2),
  spectralConv: spectralNorm(conv2d({ inChannels: 3, filters: 4, kernelSize: 3 })),
  spectralConvTransposed: spectralNorm(
    conv2dTranspose({ inChannels: 3, filters: 4, kernelSize: 4, ...up }),
    { axis: 1 },
  ),
};

const networks: Record<string, Module> = {
  resnetTransposed: resnetGenerator({ filters: 4, blocks: 1 }),
  resnetNearest: resnetGenerator({ filters: 4, blocks: 1, upsampling: 'nearest' }),
  unet: unetGenerator({ inChannels: 1, outChannels: 1, filters: 1, levels: 6, dropoutRate: 0 }),
  patch: patchDiscriminator({ inChannels: 6, filters: 2 }),
  patchWide: patchDiscriminator({ filters: 2, norm: 'instance', variant: 'wide' }),
  pixel: pixelDiscriminator({ inChannels: 6, filters: 2 }),
  residualGenerator: residualGenerator({ size: 32, widthFactor: 1 / 64, upsampling: 'bilinear' }),
  residualDiscriminator: residualDiscriminator({ size: 32, widthFactor: 1 / 32 }),
};

beforeAll(async () => {
  installGradientFixes();
  await tf.setBackend('cpu');
});

describe('layers compute what PyTorch computes', () => {
  const cases = loadFixture<Record<string, TorchCase>>('layers');

  it.each(Object.keys(cases))('%s', (name) => {
    tf.tidy(() => compare(layers[name]!, cases[name]!, name));
  });
});

describe('networks compute what PyTorch computes', () => {
  it.each(Object.keys(networks))('%s', (name) => {
    tf.tidy(() => compare(networks[name]!, loadFixture<TorchCase>(name), name));
  });
});

/** Training, the buffers it leaves behind, inference with them, then gradients. */
function compare(module: Module, torch: TorchCase, name: string): void {
  const state = stateOf(module, torch.state);
  const values = unpackActivation(torch.input);
  const input = name === 'embedding' ? tf.cast(values, 'int32') : values;

  const trained = applyNetwork(module, state, [input], { training: true });
  expectClose(trained.output, unpackActivation(torch.training), 'training');
  for (const [buffer, packed] of Object.entries(torch.buffers)) {
    expectClose(trained.buffers[buffer]!, toTensor(unpack(packed)), buffer);
  }

  const settled = { params: state.params, buffers: trained.buffers };
  const inference = applyNetwork(module, settled, [input], { training: false });
  expectClose(inference.output, unpackActivation(torch.inference), 'inference');

  if (torch.probe !== undefined) compareGradients(module, torch, state, input);
}

function compareGradients(
  module: Module,
  torch: TorchCase,
  state: ReturnType<typeof stateOf>,
  input: tf.Tensor,
): void {
  const probe = unpackActivation(torch.probe!);
  const names = Object.keys(state.params);
  const weighted = (x: tf.Tensor, values: tf.Tensor[]): tf.Scalar => {
    const params = Object.fromEntries(names.map((name, index) => [name, values[index]!]));
    const { output } = applyNetwork(module, { ...state, params }, [x], { training: true });
    return tf.sum(tf.mul(output, probe));
  };
  const values = Object.values(state.params);
  if (torch.inputGradient !== undefined) {
    const gradient = tf.grad((x) => weighted(x, values))(input);
    expectClose(gradient, unpackActivation(torch.inputGradient), 'input gradient');
  }
  if (names.length === 0) return;
  const gradients = tf.grads((...changed: tf.Tensor[]) => weighted(input, changed))(values);
  const expected = names.map((name) => toTensor(unpack(torch.gradients![name]!)));
  // A bias before a norm has gradient 0 but for rounding: its error is measured on the others' scale.
  const largest = Math.max(...expected.map((gradient) => tf.max(tf.abs(gradient)).dataSync()[0]!));
  names.forEach((name, index) => {
    const options = { smallestScale: largest / 10 };
    expectClose(gradients[index]!, expected[index]!, `gradient of ${name}`, options);
  });
}
