import { createRuntime, type HostTensor, type Runtime, type Tree } from '@gan-zoo/compiler';
import {
  applyNetwork,
  loadPretrainedGenerator,
  recogniseGenerator,
  translationGenerator,
  type NetworkState,
} from '@gan-zoo/core';
import { unpackImages } from '@gan-zoo/core/testing';
import type * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePath, readFixture, type GeneratorsFixture } from './fixtures/readFixture.ts';

const resnet = { kind: 'resnet', filters: 2, norm: 'instance', dropoutRate: 0 } as const;
const transposed = { upsampling: 'transposed' } as const;

const described = {
  resnet: { ...resnet, ...transposed, inChannels: 3, outChannels: 3, blocks: 2 },
  resnetOld: { ...resnet, ...transposed, inChannels: 1, outChannels: 3, blocks: 1 },
  unet: {
    ...{ kind: 'unet-64', filters: 1, norm: 'batch', dropoutRate: 0.5 },
    ...{ ...transposed, inChannels: 3, outChannels: 1, blocks: 0 },
  },
};

describe('generators of the original authors', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createRuntime({ threads: 1 });
  });
  afterAll(() => runtime.close());

  it.each(['resnet', 'resnetOld', 'unet'] as const)(
    '%s.pth: recognised by names and shapes, translates as PyTorch does',
    async (name) => {
      const { config, state } = await loadPretrainedGenerator(fixturePath(`${name}.pth`));
      expect(config).toEqual(described[name]);
      const module = translationGenerator(config);
      const translate = runtime.function(
        (network: NetworkState, images: tf.Tensor4D) =>
          applyNetwork(module, network, [images], { training: false }).output,
      );
      const fixture = readFixture<GeneratorsFixture>('generators')[name];
      const expected = unpackImages(fixture.translated);
      const translated = (await translate(
        state as unknown as Tree<HostTensor>,
        unpackImages(fixture.images),
      )) as HostTensor;
      expect(translated.shape).toEqual(expected.shape);
      const distances = Array.from(expected.data, (v, i) => Math.abs(v - translated.data[i]!));
      expect(Math.max(...distances)).toBeLessThan(1e-4);
      // Pictures that are all alike would agree with anything.
      expect(Math.max(...expected.data) - Math.min(...expected.data)).toBeGreaterThan(0.5);
    },
  );

  it('says what is missing', async () => {
    const { state } = await loadPretrainedGenerator(fixturePath('resnet.pth'));
    const { 'model.4.weight': _left, ...others } = state.params;
    expect(() => recogniseGenerator(others, 'net.pth')).toThrow(
      'net.pth: the weights do not fit the network.\n  missing (1):\n    model.4.weight\n',
    );
    expect(() => recogniseGenerator({ 'net.0.weight': others['model.1.bias']! }, 'd.pth')).toThrow(
      'd.pth: expected a generator of CycleGAN ("model.1.weight", …) or pix2pix ' +
        '("model.model.0.weight", …), received net.0.weight and so on (1 tensors). A discriminator ' +
        'does not translate; of several networks in one file, save one by itself.',
    );
  });
});
